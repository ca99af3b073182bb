// View transitions: the browser takes its pictures of before and after in drawings of its own.
for (const prototype of [Document.prototype, Element.prototype]) {
  wrapMethod(prototype, "startViewTransition", (original) =>
    function (given, ...rest) {
      because("a view transition");
      mustBeSeen();
      // It ends in a drawing too.
      needLooks(1);
      const photographed = begin("a view transition");
      // What is done between the two pictures may wait for the page's time.
      const updating = (update) =>
        function (...args) {
          photographed();
          return update.apply(this, args);
        };
      let options = given;
      if (typeof given === "function") options = updating(given);
      else if (typeof given?.update === "function") options = { ...given, update: updating(given.update) };
      const transition = original.call(this, options, ...rest);
      const updated = () => {
        photographed();
        track(transition.ready, "a view transition");
      };
      transition.updateCallbackDone.then(updated, photographed);
      return transition;
    },
  );
}
