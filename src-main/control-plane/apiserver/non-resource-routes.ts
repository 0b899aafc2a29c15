import { methodNotAllowed } from './failures.ts'
import { pageNotFound } from './plain-refusal.ts'
import type { Reply } from './reply.ts'
import type { RequestContext } from './server-request.ts'

/** Lets a route be read only. */
export const readOnly =
  (route: Route): Route =>
  context => {
    if (!['get', 'head'].includes(context.info.verb)) throw methodNotAllowed()
    return route(context)
  }

export type Route = (context: RequestContext) => Reply | undefined | Promise<Reply | undefined>

/** What answers paths that name no resource: discovery, health, version, OpenAPI. */
export class NonResourceRoutes {
  readonly #exact = new Map<string, Route>()
  readonly #below: { prefix: string; route: Route; listed: () => string[] }[] = []

  /** Answers one path, with or without a slash at its end. */
  at(path: string, route: Route): this {
    this.#exact.set(path, route)
    return this
  }

  /**
   * Answers everything below a prefix; a route may decline by answering undefined. `listed` tells the paths there that
   * `/` lists.
   */
  below(prefix: string, route: Route, listed: () => string[] = () => []): this {
    this.#below.push({ prefix, route, listed })
    return this
  }

  /** The paths that are answered, sorted, as `/` lists them: all but itself. */
  paths(): string[] {
    const below = this.#below.flatMap(({ listed }) => listed())
    return [...this.#exact.keys(), ...below].filter(path => path !== '/').sort()
  }

  async answer(context: RequestContext): Promise<Reply> {
    const { path } = context.info
    if (!['get', 'head', 'post'].includes(context.info.verb)) throw methodNotAllowed()
    const exact = this.#exact.get(path) ?? this.#exact.get(path.replace(/\/$/, ''))
    const reply = exact ? await exact(context) : await this.#answerBelow(context)
    if (!reply) throw pageNotFound()
    return reply
  }

  async #answerBelow(context: RequestContext): Promise<Reply | undefined> {
    for (const { prefix, route } of this.#below) {
      if (!context.info.path.startsWith(prefix)) continue
      const reply = await route(context)
      if (reply) return reply
    }
    return undefined
  }
}
