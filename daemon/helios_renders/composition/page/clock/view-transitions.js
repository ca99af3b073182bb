// View transitions: the browser takes its pictures of before and after in drawings of its own.
for (const prototype of [Document.prototype, Element.prototype]) {
  wrapMethod(prototype, "startViewTransition", (original) =>
    function (...args) {
      because("a view transition");
      const transition = original.apply(this, args);
      track(transition.ready, "a view transition");
      // It ends in a drawing too.
      master.looks = Math.max(master.looks, 1);
      return transition;
    },
  );
}
