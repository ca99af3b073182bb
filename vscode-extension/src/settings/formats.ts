/** The formats of finished files and what each can carry: a mirror of the daemon's table, held by a test. */

import * as l10n from "@vscode/l10n";

/** Whole numbers of which less is better. */
export interface Quality {
  readonly best: number;
  readonly worst: number;
  readonly default: number;
}

export interface Codec {
  readonly id: string;
  readonly label: string;
  readonly quality: Quality | null;
  /** From the fastest to the one that takes most time. */
  readonly presets: readonly string[];
  readonly defaultPreset: string;
  readonly takesBitrate: boolean;
  readonly isTransparent: boolean;
}

export interface Format {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  /** The first one is the default. */
  readonly codecs: readonly [Codec, ...Codec[]];
}

const X264_PRESETS = [
  "ultrafast",
  "superfast",
  "veryfast",
  "faster",
  "fast",
  "medium",
  "slow",
  "slower",
  "veryslow",
];
const H264: Codec = {
  id: "h264",
  label: "H.264",
  quality: { best: 0, worst: 51, default: 18 },
  presets: X264_PRESETS,
  defaultPreset: "veryfast",
  takesBitrate: true,
  isTransparent: false,
};
const H265: Codec = {
  id: "h265",
  label: "H.265",
  quality: { best: 0, worst: 51, default: 20 },
  presets: X264_PRESETS,
  defaultPreset: "veryfast",
  takesBitrate: true,
  isTransparent: false,
};
const AV1: Codec = {
  id: "av1",
  label: "AV1",
  quality: { best: 0, worst: 63, default: 25 },
  presets: ["12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"],
  defaultPreset: "8",
  takesBitrate: true,
  isTransparent: false,
};
const VP9: Codec = {
  id: "vp9",
  label: "VP9",
  quality: { best: 0, worst: 63, default: 24 },
  presets: ["5", "4", "3", "2", "1", "0"],
  defaultPreset: "4",
  takesBitrate: true,
  isTransparent: true,
};
const PRORES: Codec = {
  id: "prores",
  label: "ProRes 422 HQ",
  quality: null,
  presets: [],
  defaultPreset: "",
  takesBitrate: false,
  isTransparent: false,
};
const PRORES_4444: Codec = {
  id: "prores-4444",
  label: "ProRes 4444",
  quality: null,
  presets: [],
  defaultPreset: "",
  takesBitrate: false,
  isTransparent: true,
};
const GIF: Codec = {
  id: "gif",
  label: "GIF",
  quality: null,
  presets: [],
  defaultPreset: "",
  takesBitrate: false,
  isTransparent: true,
};
const WEBP: Codec = {
  id: "webp",
  label: "WebP",
  quality: { best: 0, worst: 100, default: 10 },
  presets: [],
  defaultPreset: "",
  takesBitrate: false,
  isTransparent: true,
};
const APNG: Codec = {
  id: "apng",
  label: "APNG",
  quality: null,
  presets: [],
  defaultPreset: "",
  takesBitrate: false,
  isTransparent: true,
};
const PNG: Codec = {
  id: "png",
  label: "PNG",
  quality: null,
  presets: [],
  defaultPreset: "",
  takesBitrate: false,
  isTransparent: true,
};
const JPEG: Codec = {
  id: "jpeg",
  label: "JPEG",
  quality: { best: 2, worst: 31, default: 2 },
  presets: [],
  defaultPreset: "",
  takesBitrate: false,
  isTransparent: false,
};

const NONE: Codec = {
  id: "none",
  label: l10n.t("No Pictures"),
  quality: null,
  presets: [],
  defaultPreset: "",
  takesBitrate: false,
  isTransparent: false,
};

/** The first one is what is written when nothing else is asked for. */
export const FORMATS: readonly [Format, ...Format[]] = [
  { id: "mp4", label: "MP4", detail: l10n.t("Plays everywhere."), codecs: [H264, H265, AV1] },
  { id: "webm", label: "WebM", detail: l10n.t("For web pages; can be transparent."), codecs: [VP9, AV1] },
  {
    id: "mov",
    label: "MOV",
    detail: l10n.t("For editing; ProRes 4444 can be transparent."),
    codecs: [PRORES, PRORES_4444, H264],
  },
  {
    id: "gif",
    label: "GIF",
    detail: l10n.t("A short loop of 256 colours that every place shows."),
    codecs: [GIF],
  },
  {
    id: "webp",
    label: l10n.t("Animated WebP"),
    detail: l10n.t("A loop in all colours, much smaller than a GIF."),
    codecs: [WEBP],
  },
  { id: "apng", label: "APNG", detail: l10n.t("A loop without any loss, and large."), codecs: [APNG] },
  {
    id: "png-sequence",
    label: l10n.t("PNG Sequence"),
    detail: l10n.t("A folder with every frame as a picture, without any loss."),
    codecs: [PNG],
  },
  {
    id: "jpeg-sequence",
    label: l10n.t("JPEG Sequence"),
    detail: l10n.t("A folder with every frame as a small picture."),
    codecs: [JPEG],
  },
  {
    id: "webp-sequence",
    label: l10n.t("WebP Sequence"),
    detail: l10n.t("A folder with every frame as a very small picture."),
    codecs: [WEBP],
  },
  { id: "png", label: "PNG", detail: l10n.t("One frame as a picture, without any loss."), codecs: [PNG] },
  { id: "jpeg", label: "JPEG", detail: l10n.t("One frame as a small picture."), codecs: [JPEG] },
  { id: "webp-still", label: "WebP", detail: l10n.t("One frame as a very small picture."), codecs: [WEBP] },
  { id: "wav", label: "WAV", detail: l10n.t("The sound alone, without any loss."), codecs: [NONE] },
  { id: "m4a", label: "M4A", detail: l10n.t("The sound alone, small, for every player."), codecs: [NONE] },
  { id: "opus", label: "Opus", detail: l10n.t("The sound alone, very small."), codecs: [NONE] },
  {
    id: "flac",
    label: "FLAC",
    detail: l10n.t("The sound alone, without any loss, and smaller than a WAV."),
    codecs: [NONE],
  },
];

/** Every codec once, in the order of the formats. */
export const CODECS: readonly Codec[] = [...new Set(FORMATS.flatMap(({ codecs }) => codecs))];
