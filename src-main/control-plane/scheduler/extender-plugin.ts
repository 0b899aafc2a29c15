/** The plugin that stands for extenders in what is said of pods that they reject, as upstream names it. */
export const extenderPlugin = 'Extender'
