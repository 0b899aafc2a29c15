/** A part of the program that is loaded when it is needed first, so that a start doesn't wait for it. */
export interface LazyModule<M> {
  load(): Promise<void>
  /** Throws until `load` has resolved once. */
  readonly loaded: M
}

/** `name` is what errors call it; `importModule` is an `import()`. */
export function lazyModule<M>(name: string, importModule: () => Promise<M>): LazyModule<M> {
  let module: M | undefined
  return {
    async load() {
      module ??= await importModule()
    },
    get loaded() {
      if (!module) throw new Error(`${name} is used before it is loaded`)
      return module
    },
  }
}
