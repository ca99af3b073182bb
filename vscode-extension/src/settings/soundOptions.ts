/** The options of sound and of subtitles. */

import * as l10n from "@vscode/l10n";
import { AS_THE_COMPOSITION_SAYS, ON_OFF, type Option } from "./option.ts";

function lufs(value: number | string): string {
  return l10n.t("{0} LUFS", value);
}

export const SOUND_OPTIONS: readonly Option[] = [
  {
    key: "audio",
    param: "audio",
    title: l10n.t("Sound"),
    icon: "unmute",
    prompt: l10n.t("Whether the video has the sound of the page and of its composition.json."),
    kind: "word",
    choices: ON_OFF,
    isInPresets: true,
  },
  {
    key: "loudness",
    param: "loudness",
    title: l10n.t("Loudness"),
    icon: "megaphone",
    prompt: l10n.t("The loudness to reach in LUFS, such as -16 or -23. Empty: as it is mixed."),
    kind: "number",
    choices: [
      { value: null, label: l10n.t("As It Is Mixed") },
      { value: -14, label: lufs(-14), detail: l10n.t("Streaming") },
      { value: -16, label: lufs(-16), detail: l10n.t("The web and podcasts") },
      { value: -23, label: lufs(-23), detail: l10n.t("Broadcast (EBU R 128)") },
    ],
    unset: l10n.t("as it is mixed"),
    withUnit: lufs,
    isInPresets: true,
  },
  {
    key: "limiter",
    param: "limiter",
    title: l10n.t("Limiter"),
    icon: "fold",
    prompt: l10n.t("Whether peaks are kept 1 dB below full scale instead of being cut off."),
    kind: "word",
    choices: ON_OFF,
    isInPresets: true,
  },
  {
    key: "subtitles",
    param: "subtitles",
    title: l10n.t("Subtitles"),
    icon: "comment",
    prompt: l10n.t(
      "A .srt or .vtt file, page for the page's captions, or none. Empty: what composition.json names.",
    ),
    kind: "text",
    choices: [
      { value: "", label: l10n.t("As the Composition Says") },
      { value: "page", label: "page", detail: l10n.t("The captions that the page tells (window.helios).") },
      { value: "none", label: "none", detail: l10n.t("Also where composition.json names some.") },
    ],
    unset: AS_THE_COMPOSITION_SAYS,
  },
  {
    key: "subtitleMode",
    param: "subtitleMode",
    title: l10n.t("Subtitle Mode"),
    icon: "layout-panel",
    prompt: l10n.t("What becomes of subtitles."),
    kind: "word",
    choices: [
      { value: "burn", label: l10n.t("Burn In"), detail: l10n.t("Draw them into the picture.") },
      {
        value: "track",
        label: l10n.t("Track"),
        detail: l10n.t("A track of the video that players can show or hide."),
      },
      {
        value: "sidecar",
        label: l10n.t("Sidecar"),
        detail: l10n.t("A file beside the video, under its name."),
      },
    ],
  },
  {
    key: "subtitleStyle",
    param: "subtitleStyle",
    title: l10n.t("Subtitle Style"),
    icon: "text-size",
    prompt: l10n.t(
      "Of burnt-in subtitles, such as font=DejaVu Serif,size=8,color=#ffee00,outline=0.5, or parts of it.",
    ),
    kind: "text",
    unset: l10n.t("white sans-serif"),
  },
  {
    key: "subtitleLanguage",
    param: "subtitleLanguage",
    title: l10n.t("Subtitle Language"),
    icon: "book",
    prompt: l10n.t(
      "The language of a track by the three letters of ISO 639-2, such as eng; und says nothing of it.",
    ),
    kind: "text",
  },
];
