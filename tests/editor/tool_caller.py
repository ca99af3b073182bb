"""A small extension that calls a language model tool as a model would, and where its answer goes."""

import json
import zipfile
from pathlib import Path
from typing import Any

from editor.processes import wait_until
from editor.workbench import Workbench

COMMAND = "Tool Caller: Call"
PACKAGE = {
    "name": "tool-caller",
    "publisher": "helios-renders",
    "version": "1.0.0",
    "engines": {"vscode": "^1.95.0"},
    "main": "./main.js",
    "extensionKind": ["workspace"],
    "contributes": {"commands": [{"command": "toolCaller.call", "category": "Tool Caller", "title": "Call"}]},
}
MAIN = """
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

exports.activate = (context) => {
  context.subscriptions.push(vscode.commands.registerCommand("toolCaller.call", async () => {
    const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
    const { name, input } = JSON.parse(fs.readFileSync(path.join(folder, "call.json"), "utf8"));
    const answer = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }).then(
      (result) => ({ text: result.content.map(({ value }) => value).join("") }),
      (error) => ({ error: error.message }),
    );
    fs.writeFileSync(path.join(folder, "answer.part"), JSON.stringify(answer));
    fs.renameSync(path.join(folder, "answer.part"), path.join(folder, "answer.json"));
  }));
};
"""
MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="tool-caller" Version="1.0.0" Publisher="helios-renders" />
    <DisplayName>Tool Caller</DisplayName>
    <Description>Calls tools.</Description>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code" /></Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
  </Assets>
</PackageManifest>
"""
TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension=".json" ContentType="application/json" />
  <Default Extension=".js" ContentType="application/javascript" />
  <Default Extension=".vsixmanifest" ContentType="text/xml" />
</Types>
"""


def write_tool_caller(vsix: Path) -> Path:
    """The extension, ready to be installed; returns `vsix`."""
    with zipfile.ZipFile(vsix, "w") as package:
        package.writestr("extension.vsixmanifest", MANIFEST)
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("extension/package.json", json.dumps(PACKAGE))
        package.writestr("extension/main.js", MAIN)
    return vsix


def begin_call(window: Workbench, name: str, given: dict[str, Any]) -> None:
    """Call a tool without waiting for its answer."""
    (window.folder / "answer.json").unlink(missing_ok=True)
    (window.folder / "call.json").write_text(json.dumps({"name": name, "input": given}))
    window.command(COMMAND)


def answer(window: Workbench) -> dict[str, Any]:
    """The tool's answer as soon as it is there: what it said as JSON, or `error`."""
    path = window.folder / "answer.json"
    wait_until(path.exists, 30, "the tool's answer")
    told: dict[str, Any] = json.loads(path.read_text())
    said: dict[str, Any] = json.loads(told["text"]) if "text" in told else told
    return said


def call(window: Workbench, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Call a tool that asks nobody, and return its answer."""
    begin_call(window, name, given)
    return answer(window)
