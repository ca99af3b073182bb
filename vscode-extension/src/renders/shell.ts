/** Words put as a command line that can be pasted into a shell. */

export type Shell = "posix" | "pwsh" | "powershell" | "cmd";

const PLAIN = /^[\w./:=+-]+$/;
const PLAIN_ON_WINDOWS = /^[\w./:\\+-]+$/;

/** What the program at a path understands; where it is not known, what the platform's usual shell does. */
export function shellOf(program: string, platform: NodeJS.Platform): Shell {
  const name = program
    .split(/[\\/]/)
    .at(-1)
    ?.toLowerCase()
    .replace(/\.exe$/, "");
  switch (name) {
    case "pwsh":
    case "powershell":
    case "cmd":
      return name;
    case "":
      return platform === "win32" ? "powershell" : "posix";
    default:
      return "posix";
  }
}

/** `helios render` with these words, each quoted where the shell would take it for something else. */
export function renderCommand(words: readonly string[], shell: Shell): string {
  return ["helios", "render", ...words.map((word) => quoted(word, shell))].join(" ");
}

/** One word, which the shell hands on as it is. */
export function quoted(word: string, shell: Shell): string {
  if (shell === "posix") {
    return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  }
  if (PLAIN_ON_WINDOWS.test(word)) {
    return word;
  }
  switch (shell) {
    case "pwsh":
      return `'${word.replaceAll("'", "''")}'`;
    case "powershell":
      // It puts the word between double quotes when there is space in it, and leaves those within as they are.
      return `'${(/\s/.test(word) ? forProgram(word) : forProgram(`${word}x`).slice(0, -1)).replaceAll("'", "''")}'`;
    case "cmd":
      // Each sign with a caret, so that cmd never thinks itself within quotes, where carets do not count.
      return `"${forProgram(word)}"`.replaceAll(/[()%!^"<>&|]/g, "^$&");
  }
}

/** As a Windows program takes its words apart: backslashes count only before a double quote. */
function forProgram(word: string): string {
  return word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&");
}
