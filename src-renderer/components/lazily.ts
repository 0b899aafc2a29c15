import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

const tries = 3
const pauseMs = 300

/** A component whose code is loaded when it first shows; a load that the network cut short is tried again. */
export const lazily = <P>(
  load: () => Promise<ComponentType<P>>,
): LazyExoticComponent<ComponentType<P>> => lazy(async () => ({ default: await attempt(load) }))

async function attempt<T>(load: () => Promise<T>): Promise<T> {
  for (let failed = 1; failed < tries; failed++) {
    try {
      return await load()
    } catch {
      await new Promise(resolve => setTimeout(resolve, pauseMs * failed))
    }
  }
  return load()
}
