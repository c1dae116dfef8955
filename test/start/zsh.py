"""Types lines at a zsh, presses TAB after each, and prints what each became: zsh.py SCRIPT LINE..."""
import os
import pty
import re
import select
import sys
import time

script, lines = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, "TERM": "dumb", "PS1": ""})
said = ""


def wait(pattern):
    """Reads until this has been printed, at most 60 s."""
    global said
    end = time.time() + 60
    while not (found := re.search(pattern, said)):
        if time.time() > end or not select.select([terminal], [], [], 60)[0]:
            sys.exit("zsh printed no " + pattern + ": " + said)
        said += os.read(terminal, 65536).decode("utf-8", "replace")
    said = said[found.end():]
    return found


def send(text):
    os.write(terminal, text.encode())


# The second half of the word that is waited for is put together by zsh: its echo of what was typed is no answer.
send("autoload -Uz compinit; compinit -u -D; source '%s'\n" % script)
send("shown() { print -r -- \"<<$BUFFER>>\"; BUFFER= }; zle -N shown; bindkey '^X' shown; print REA''DY\n")
wait("READY")
for line in lines:
    send(line + "\t\x18")
    print(wait("<<(.*?)>>").group(1))
send("exit\n")
