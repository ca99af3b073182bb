export function start(box) {
  box.animate([{ left: "8px" }, { left: "248px" }], { duration: 3000, iterations: Infinity });
}
