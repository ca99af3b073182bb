import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { quoted, renderCommand, shellOf } from "../src/renders/shell.ts";

const HARD = [
  "/plain/path-1.html",
  "",
  "two words",
  `it's "quoted" \\ and $HOME \`date\` !! #1 *?[a-z] ~ & | ; < > ( ) {a,b}`,
  '{"title":"Grüße","lines":"one\\ntwo"}',
  "line\nbreak",
  "%PATH% ^caret",
  "trailing\\",
];

test("a POSIX shell hands every word on as it is", { skip: process.platform === "win32" }, () => {
  const words = HARD.map((word) => quoted(word, "posix")).join(" ");
  const said = execFileSync("sh", ["-c", `printf '%s\\0' ${words}`], { encoding: "utf8" });
  assert.deepEqual(said.split("\0").slice(0, -1), HARD);
});

test("only what needs quotes gets some", () => {
  assert.equal(
    renderCommand(["/a b/page.html", "-o", "/videos/page.mp4", "--range", "0:30"], "posix"),
    "helios render '/a b/page.html' -o /videos/page.mp4 --range 0:30",
  );
  assert.equal(renderCommand(["C:\\a b\\it's.html"], "pwsh"), "helios render 'C:\\a b\\it''s.html'");
});

test("Windows shells get double quotes as their programs need them", () => {
  const props = '{"a": "b\\"c"}';
  assert.equal(quoted(props, "pwsh"), `'${props}'`);
  assert.equal(quoted(props, "powershell"), `'{\\"a\\": \\"b\\\\\\"c\\"}'`);
  assert.equal(quoted('{"a":1}', "cmd"), '^"{\\^"a\\^":1}^"');
  assert.equal(quoted("C:\\two words\\", "powershell"), "'C:\\two words\\\\'");
  assert.equal(quoted("it's\\", "powershell"), "'it''s\\'");
  assert.equal(quoted("50% & more", "cmd"), '^"50^% ^& more^"');
});

test("the shell is told by its program, or by the platform", () => {
  const shells = ["/bin/zsh", "/usr/bin/fish", "C:\\Windows\\System32\\cmd.exe", "C:\\pwsh.exe", "/opt/pwsh"];
  assert.deepEqual(
    shells.map((program) => shellOf(program, "linux")),
    ["posix", "posix", "cmd", "pwsh", "pwsh"],
  );
  assert.deepEqual([shellOf("", "win32"), shellOf("", "darwin")], ["powershell", "posix"]);
});
