import java.util.List;
import java.util.stream.Collectors;

/** A page of its own: no script, no request, readable in light and dark and on paper; and foreign text in it. */
interface Html {
    String STYLE = """
        :root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #57606a; --line: #d5dae0; --box: #f4f6f8;
          --ok: #1a6e3c; --warn: #855000; --fail: #b3261e; --unknown: #6a3d9a; --skip: #57606a; --link: #0b57d0; }
        @media (prefers-color-scheme: dark) { :root { --back: #14171b; --text: #e6e9ec; --soft: #a3adb8; --line: #3a424b; --box: #1e2329;
          --ok: #6fd38f; --warn: #f0b455; --fail: #ff8a80; --unknown: #c9a6f5; --skip: #a3adb8; --link: #8ab4f8; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--back); color: var(--text);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
        a { color: var(--link); } nav a { margin-right: 1rem; }
        a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        code, pre { font: .85rem/1.45 ui-monospace, monospace; }
        pre { background: var(--box); border: 1px solid var(--line); border-radius: .3rem; margin: .5rem 0; padding: .5rem; white-space: pre-wrap; }
        .verdict { border-left: .4rem solid; font-size: 1.1rem; margin: .8rem 0; padding: .3rem .8rem; }
        .facts { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; margin: 0; } .facts div { display: flex; gap: .4rem; }
        dt { color: var(--soft); } dd { margin: 0; }
        .OK { color: var(--ok); } .RUN { color: var(--link); } .WARN { color: var(--warn); } .FAIL { color: var(--fail); } .UNKNOWN { color: var(--unknown); } .SKIP { color: var(--skip); }
        .status { display: inline-block; font-weight: 700; min-width: 4.5rem; }
        .issues { list-style: none; padding: 0; }
        .issues > li, details { border: 1px solid var(--line); border-radius: .3rem; margin: .5rem 0; padding: .5rem .8rem; }
        .issues details { border: 0; margin: 0; padding: 0; } .issues p { margin: .3rem 0; }
        summary { cursor: pointer; } .time { color: var(--soft); float: right; margin-left: 1rem; }
        table { border-collapse: collapse; width: 100%; } th, td { padding: .15rem .4rem; text-align: left; vertical-align: top; }
        thead th { border-bottom: 1px solid var(--line); color: var(--soft); font-weight: 400; } .number { text-align: right; white-space: nowrap; }
        th { overflow-wrap: normal; } .waterfall { table-layout: fixed; } .waterfall th, .waterfall td { font-weight: 400; vertical-align: middle; }
        .waterfall th:first-child { width: 8rem; } .waterfall .number { width: 6rem; } .waterfall small { display: block; }
        .waterfall svg { background: var(--box); display: block; height: 1.1rem; width: 100%; }
        .axis { display: flex; flex-wrap: wrap; justify-content: space-between; }
        rect { fill: currentColor; } rect.mark { fill: var(--text); } .moments { padding-left: 1.2rem; }
        footer { border-top: 1px solid var(--line); color: var(--soft); margin-top: 2rem; padding-top: .5rem; }
        @media (max-width: 40rem) { th, td { padding: .15rem .2rem; } .waterfall th:first-child { width: 6.5rem; }
          .waterfall .number { width: 5.5rem; } .axis { font-size: .75rem; } .status { min-width: 3.6rem; } }
        @media print { nav { display: none; } details::details-content { block-size: auto; content-visibility: visible; }
          pre { background: none; } li, tr { break-inside: avoid; } }
        """;

    /** @param title foreign text; @param body markup */
    static String page(String title, String body) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            // Whatever came into it would run nothing and fetch nothing.
            + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
            + "<title>" + text(title) + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
    }

    /** One line of foreign text, in content or in a quoted attribute. */
    static String text(String foreign) {
        return Printable.plain(foreign).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
    }

    /** Foreign lines as they are; the keyboard can reach them, to scroll and to copy. */
    static String block(List<String> foreign) {
        return "<pre tabindex=\"0\">" + foreign.stream().map(Html::text).collect(Collectors.joining("\n")) + "</pre>\n";
    }

    /** A status in its colour. */
    static String status(Status status) {
        return "<span class=\"status " + status + "\">" + status + "</span> ";
    }

    /** A part of the page with a heading, and a name for links of letters and hyphens. */
    static String section(String name, String heading, String content) {
        return "<section id=\"" + name + "\" aria-labelledby=\"" + name + "-heading\">\n<h2 id=\"" + name + "-heading\">" + heading + "</h2>\n"
            + content + "</section>\n";
    }

    /** What is folded until somebody opens it. @param summary markup */
    static String folded(String id, boolean open, String summary, String content) {
        return "<details" + (id.isEmpty() ? "" : " id=\"" + id + "\"") + (open ? " open" : "") + ">\n<summary>" + summary + "</summary>\n" + content
            + "</details>\n";
    }
}
