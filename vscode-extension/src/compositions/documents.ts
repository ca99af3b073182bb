/** The documents with which the daemon helps while they are written. */

export const HELPED_DOCUMENTS = [
  { scheme: "file", language: "html" },
  { scheme: "file", pattern: "**/composition.json" },
] as const;
