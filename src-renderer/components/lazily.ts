import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { errorMessage } from '../../src-main/base/errors.ts'

const tries = 4
const pauseMs = 300

/** The code of a part of the window could not be fetched, after all tries. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
}

/** A component whose code is loaded when it first shows; a load that the network cut short is tried again. */
export const lazily = <P>(
  load: () => Promise<ComponentType<P>>,
): LazyExoticComponent<ComponentType<P>> => lazy(async () => ({ default: await attempt(load) }))

async function attempt<T>(load: () => Promise<T>): Promise<T> {
  for (let failed = 1; ; failed++) {
    try {
      return await load()
    } catch (error) {
      if (failed === tries) {
        throw new LoadError(`Its code could not be loaded: ${errorMessage(error)}`, {
          cause: error,
        })
      }
      await new Promise(resolve => setTimeout(resolve, pauseMs * failed))
    }
  }
}
