/** What --help prints: the options by what a person wants, the most used first, within 100 columns and 50 lines. */
interface HelpText {
    String TEXT = """
        Usage: trace-job [OPTIONS] [JOB-ID]
        Traces one ETL job: where it is, what happened at every stage, where the time went, what is wrong.
        Alone, where a stack is, it lists the newest jobs.

        Which job
          JOB-ID                     its id or any part of it: letters, digits, hyphens
          --last[=STATUS]            the newest job (of that status: pending, running, completed, ...)
          --list[=STATUS] --limit N  recent jobs (20), with the verdicts that are known
          --audit[=PERIOD]           every job of 24h, 7d, 90m, a date, or A..B; --status S, --script NAME
          --diff[=JOB-ID|FILE]       beside another job; alone: the last healthy job of its script
          --watch                    until it has ended; --for DURATION, --fail-fast, --progress plain
        Where the stack is
          -f, --file FILE            compose file; docker-compose.prod.yml when it is here
          -p, --project-name NAME    compose project; alone it is enough; --swarm STACK where Swarm runs it
          --context NAME, --host HOST  handed to docker, once for each host; --project-directory DIR
          --source NAME              not docker, but the commands of ~/.trace-job.d/NAME.properties
          --service NAME=YOURS       what backend, celery-worker, postgres or redis is called here
          --db-name, --db-user, --celery-app NAME, --psql CONNINFO    what else differs here
          --timeout SECONDS          for one command (30); the whole run has twice that and 5 more
          --doctor                   can jobs be traced here? What is missing, and what mends it
        Output
          -v, --verbose              with the lines that show it, and every command with its time
          --stage NAME               only these stages; --waterfall shows them on one axis
          --lines[=LEVEL]            the job's own lines alone, in the order of time
          --format FORMAT            text, json, html, markdown, otlp, nagios, prometheus
          -o, --output FILE|DIR      into a file, whose ending tells the format
          --local, --color auto|always|never, --no-color, --heading-level 1-4, --no-redact
        Checks
          --check COMMAND|DIR        one more: any executable that answers as a monitoring plugin does
          --only CHECK, --skip CHECK, --list-checks, --list-stages
        Recordings
          --record FILE              keep what was collected, masked; gzip when FILE ends in .gz
          --replay FILE, --demo      trace from a recording, or from one that comes along; no Docker
        More
          --explain                  print the commands that can run, and run none
          --completion[=SHELL]       a completion script for bash, zsh or fish
          -h, --help; -V, --version

        Exit codes: 0 traced and healthy; 1 something is wrong; 2 wrong usage; 3 no such job, or several;
        4 could not query the stack; 5 report not written; 70 a fault of trace-job; 130 interrupted
        Examples:
          trace-job 0b5e                        the job whose id has this part
          trace-job --last failed -v            the newest job that failed, with the lines that show it
          trace-job 0b5e --record job.jsonl.gz  for a ticket; trace-job --replay job.jsonl.gz reads it
          trace-job --demo                      a report to look at; needs no Docker
        """;
}
