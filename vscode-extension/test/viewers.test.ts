import assert from "node:assert/strict";
import { test } from "node:test";
import { BY_NAME, viewerOf } from "../src/renders/viewers.ts";

test("what VS Code shows by a file's name is left to it", () => {
  for (const suffix of ["mp4", "webm", "gif", "webp", "png", "jpg", "wav"]) {
    assert.equal(viewerOf(`/renders/a.${suffix}`, false), BY_NAME);
  }
});

test("pictures and sounds with other names have the same viewers", () => {
  assert.equal(viewerOf("/renders/a.APNG", false), "imagePreview.previewEditor");
  assert.equal(viewerOf("/renders/a.opus", false), "vscode.audioPreview");
  assert.equal(viewerOf("/renders/a.flac", true), "vscode.audioPreview");
});

test("what cannot be decoded there has none", () => {
  assert.equal(viewerOf("/renders/a.mov", true), undefined);
  assert.equal(viewerOf("/renders/a.m4a", false), undefined);
  assert.equal(viewerOf("/renders/a.m4a", true), "vscode.audioPreview");
});
