import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Completion scripts for bash, zsh and fish. They read job ids from the cache's file, and start neither JVM nor Docker. */
final class Completion {
    static final List<String> SHELLS = List.of("bash", "zsh", "fish");
    static final List<String> STATUSES = List.of("pending", "running", "completed", "failed", "cancelled");
    private static final List<String> FILES = List.of("--file", "--output", "--record", "--replay", "--project-directory", "--check");
    private static final String IDS = "cut -f1 \"${XDG_CACHE_HOME:-$HOME/.cache}/trace-job/jobs.tsv\" 2>/dev/null";
    private final CommandLine.Model.CommandSpec spec;
    /** The words that can follow an option, by its longest name. */
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    Completion(CommandLine.Model.CommandSpec spec, List<Stage> stages, List<Check> checks, List<String> services) {
        this.spec = spec;
        values.put("--format", Stream.of(ReportFormat.values()).map(format -> format.name().toLowerCase(Locale.ROOT)).toList());
        values.put("--stage", stages.stream().map(Stage::id).toList());
        values.put("--only", checks.stream().map(Check::id).toList());
        values.put("--skip", values.get("--only"));
        values.put("--last", STATUSES);
        values.put("--list", STATUSES);
        values.put("--status", STATUSES);
        values.put("--lines", LineText.LEVELS);
        values.put("--color", List.of("auto", "always", "never"));
        values.put("--progress", List.of("auto", "plain"));
        values.put("--service", services.stream().map(name -> name + "=").toList());
        values.put("--audit", List.of("90m", "24h", "7d"));
        values.put("--for", List.of("90s", "10m", "2h"));
        values.put("--completion", SHELLS);
    }

    /** The shell that was named, else the one that SHELL names, else bash. Throws KnownFailure (2) for another. */
    static String shell(String named, Map<String, String> env) {
        String own = env.getOrDefault("SHELL", "");
        String base = own.substring(own.lastIndexOf('/') + 1);
        String shell = !named.isBlank() ? named.strip() : SHELLS.contains(base) ? base : "bash";
        if (!SHELLS.contains(shell)) {
            throw new KnownFailure(2, "--completion knows " + String.join(", ", SHELLS) + ", not " + shell);
        }
        return shell;
    }

    String script(String shell) {
        return switch (shell) {
            case "zsh" -> zsh();
            case "fish" -> fish();
            default -> bash();
        };
    }

    private Stream<CommandLine.Model.OptionSpec> options() {
        return spec.options().stream();
    }

    private static String names(CommandLine.Model.OptionSpec option) {
        return String.join("|", option.names());
    }

    private String bash() {
        return """
            # Completion of trace-job in bash. Now:           source <(trace-job --completion bash)
            # For good: mkdir -p ~/.local/share/bash-completion/completions
            #           trace-job --completion bash > ~/.local/share/bash-completion/completions/trace-job
            # (without the package bash-completion: put the line with source into ~/.bashrc)
            _trace_job() {
              local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
              # bash takes = for a word of its own.
              if [ "$word" = "=" ]; then word=""; elif [ "$before" = "=" ] && [ "$COMP_CWORD" -gt 1 ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
              COMPREPLY=()
            """ + cases("compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return",
                "mapfile -t COMPREPLY < <(compgen -W \"%s\" -- \"$word\"); return", "mapfile -t COMPREPLY < <(compgen -W \"$(" + IDS + ")\" -- \"$word\"); return", "return") + """
              case $word in
                -*) mapfile -t COMPREPLY < <(compgen -W "OPTIONS" -- "$word") ;;
                *) mapfile -t COMPREPLY < <(compgen -W "$(IDS)" -- "$word") ;;
              esac
            }
            complete -F _trace_job trace-job trace-job.java
            """.replace("OPTIONS", all()).replace("IDS", IDS);
    }

    private String zsh() {
        return """
            #compdef trace-job trace-job.java
            # Completion of trace-job in zsh. Now:            source <(trace-job --completion zsh)
            # For good: mkdir -p ~/.zfunc; trace-job --completion zsh > ~/.zfunc/_trace-job
            #           and in ~/.zshrc, before compinit:      fpath=(~/.zfunc $fpath)
            _trace_job() {
              local word=${words[CURRENT]} before=${words[CURRENT-1]}
              if [[ $word == --*=* ]]; then before=${word%%=*}; compset -P '*='; fi
            """ + cases("_files; return", "compadd -- %s; return", "compadd -- ${(f)\"$(" + IDS + ")\"}; return", "return") + """
              case $word in
                -*) compadd -- OPTIONS ;;
                *) compadd -- ${(f)"$(IDS)"} ;;
              esac
            }
            if [ "$funcstack[1]" = "_trace-job" ]; then
              _trace_job "$@"
            else
              (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
              compdef _trace_job trace-job trace-job.java
            fi
            """.replace("OPTIONS", all()).replace("IDS", IDS);
    }

    /** What follows an option; one whose value may be left out is followed by anything else too. */
    private String cases(String files, String words, String ids, String nothing) {
        StringBuilder cases = new StringBuilder("  case $before in\n");
        options().filter(option -> option.arity().max() > 0).forEach(option -> {
            String name = option.longestName();
            String then = FILES.contains(name) ? files : name.equals("--diff") ? ids : values.containsKey(name)
                ? words.formatted(String.join(" ", values.get(name))) : nothing;
            boolean free = option.arity().min() == 0;
            cases.append("    ").append(names(option)).append(") ").append(free ? "[[ $word == -* ]] || { " + then + "; }" : then).append(" ;;\n");
        });
        return cases.append("  esac\n").toString();
    }

    private String all() {
        return options().flatMap(option -> Stream.of(option.names())).collect(Collectors.toCollection(TreeSet::new)).stream().collect(Collectors.joining(" "));
    }

    private String fish() {
        StringBuilder fish = new StringBuilder("""
            # Completion of trace-job in fish. Now:           trace-job --completion fish | source
            # For good: mkdir -p ~/.config/fish/completions
            #           trace-job --completion fish > ~/.config/fish/completions/trace-job.fish
            function __trace_job_ids
              set -l cache $XDG_CACHE_HOME
              test -n "$cache"; or set cache $HOME/.cache
              cut -f1 $cache/trace-job/jobs.tsv 2>/dev/null
            end
            complete -c trace-job -f
            complete -c trace-job -a '(__trace_job_ids)'
            """);
        options().forEach(option -> {
            fish.append("complete -c trace-job");
            Stream.of(option.names()).forEach(name -> fish.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1)));
            String name = option.longestName();
            // fish completes a value that may be left out only after =.
            if (option.arity().max() > 0) {
                fish.append(option.arity().min() > 0 ? " -r" : "").append(FILES.contains(name) ? " -F" : name.equals("--diff") ? " -a '(__trace_job_ids)'"
                    : values.containsKey(name) ? " -a '" + String.join(" ", values.get(name)) + "'" : "");
            }
            fish.append(" -d '").append(option.description().length == 0 ? "" : option.description()[0].replace("%%", "%").replace("'", "\\'")).append("'\n");
        });
        return fish.toString();
    }
}
