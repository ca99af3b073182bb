// What listens for scrolling hears of it in a drawing, and of its end in the one after that.
let scrollListeners = false;
function heedScrolling(type) {
  if (type === "scroll") scrollListeners = true;
  if (type === "scrollend") needLooks(2);
}

function scrolled() {
  if (scrollListeners) master.scrolled = true;
}

for (const name of ["scroll", "scrollBy", "scrollTo", "scrollIntoView"]) {
  for (const owner of [Element.prototype, window]) {
    wrapMethod(owner, name, (original) =>
      function (...args) {
        scrolled();
        return original.apply(this, args);
      },
    );
  }
}
for (const name of ["scrollTop", "scrollLeft"]) {
  wrapAccessor(Element.prototype, name, {
    set: (original) =>
      function (value) {
        scrolled();
        original.call(this, value);
      },
  });
}
