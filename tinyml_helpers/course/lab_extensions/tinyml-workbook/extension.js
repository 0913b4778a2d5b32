// What lessons need of JupyterLab beyond its settings. Written as JupyterLab loads a prebuilt
// extension, so that nothing has to be built: a container with `init` and `get`.

(() => {
  // CSS pixels below which a lesson and the list of files don't fit beside each other.
  const NARROW = 1200;

  // Give the picture that was drawn the words that its output's metadata has for it.
  function describe(node, model) {
    const picture = node.querySelector("img");
    const kept = Object.values(model.metadata).find((metadata) => metadata?.alt);
    if (picture && kept) picture.alt = kept.alt;
  }

  // JupyterLab's own way to draw pictures, and then their words.
  function withWords(factory) {
    const createRenderer = (options) => {
      const renderer = factory.createRenderer(options);
      const draw = renderer.renderModel.bind(renderer);
      renderer.renderModel = async (model) => {
        await draw(model);
        describe(renderer.node, model);
      };
      return renderer;
    };
    return { ...factory, createRenderer };
  }

  function plugin(IRenderMimeRegistry) {
    return {
      id: "tinyml-workbook:plugin",
      description: "Words for pictures; in a narrow window the left panel is closed at first.",
      autoStart: true,
      requires: [IRenderMimeRegistry],
      activate: (app, registry) => {
        registry.addFactory(withWords(registry.getFactory("image/png")));
        app.restored.then(() => {
          if (window.innerWidth < NARROW) app.shell.collapseLeft();
        });
      },
    };
  }

  let shared = {};
  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB["tinyml-workbook"] = {
    init: (scope) => { shared = scope; },
    get: async () => {
      const [rendermime] = Object.values(shared["@jupyterlab/rendermime"]);
      const { IRenderMimeRegistry } = (await rendermime.get())();
      return () => plugin(IRenderMimeRegistry);
    },
  };
})();
