import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { StatusError, statusError } from '#kubernetes/status-error.ts'
import { authenticate } from './authentication/authenticate.ts'
import { impersonate } from './authentication/impersonate.ts'
import { forbiddenText } from './authorization/forbidden-text.ts'
import { isTooDeep, statusOf } from './failures.ts'
import { ObjectWriter } from './handlers/object-writer.ts'
import { routeResource } from './handlers/route.ts'
import { streamedSubresources, subresources } from './handlers/subresources.ts'
import { InFlight } from './in-flight.ts'
import type { CountedRequest, Metrics } from './metrics.ts'
import type { NonResourceRoutes } from './non-resource-routes.ts'
import type { Reply } from './reply.ts'
import { parseRequestInfo, type RequestInfo } from './request-info.ts'
import type { RequestContext, ServerRequest } from './server-request.ts'
import type { Services } from './services.ts'

/** A reply with the warnings that came up on the way. */
export interface Answer {
  reply: Reply
  info: RequestInfo
  warnings: readonly string[]
}

const requestTimeoutMs = 60_000

/**
 * The pipeline that every request goes through, whichever way it came:
 * request info → authenticate → impersonate → limit → authorize → handle. Admission is part of handling writes.
 */
export class ApiServer {
  readonly services: Services
  readonly writer: ObjectWriter
  readonly #routes: NonResourceRoutes
  readonly #metrics: Metrics
  readonly #inFlight = new InFlight()
  readonly #logger: Logger

  constructor(services: Services, routes: NonResourceRoutes, metrics: Metrics) {
    this.services = services
    this.writer = new ObjectWriter(services)
    this.#routes = routes
    this.#metrics = metrics
    this.#logger = services.logger
  }

  /** Answers a request. Never throws: failures become replies with a Status. */
  async handle(request: ServerRequest): Promise<Answer> {
    const info = parseRequestInfo(request.method, request.path, request.query)
    const warnings = new Set<string>()
    const started = this.services.clock.monotonic()
    const reply = await this.#answer(request, info, warnings)
    const seconds = (this.services.clock.monotonic() - started) / 1000
    this.#metrics.count(this.#counted(info), 'status' in reply ? reply.status : 200, seconds)
    return { reply, info, warnings: [...warnings] }
  }

  /** What a request is counted as: by name only what is served, or there would be as many counters as URLs. */
  #counted(info: RequestInfo): CountedRequest {
    const definition = info.isResource ? this.services.catalog.find(info) : undefined
    if (!definition) return { group: '', version: '', resource: '', subresource: '', verb: '' }
    const { group, version, resource, verb } = info
    const subresource = knownSubresources.has(info.subresource) ? info.subresource : ''
    return { group, version, resource, subresource, verb }
  }

  async #answer(request: ServerRequest, info: RequestInfo, warnings: Set<string>): Promise<Reply> {
    try {
      return await this.#pipeline(request, info, warnings)
    } catch (error) {
      if (!(error instanceof StatusError) && !isAbort(error) && !isTooDeep(error)) {
        this.#logger.error(`${request.method} ${request.path}: ${errorMessage(error)}`, {
          stack: error instanceof Error ? error.stack : undefined,
        })
      }
      const status = statusOf(error)
      const retryAfter = status.details?.retryAfterSeconds
      const headers = retryAfter ? { 'retry-after': String(retryAfter) } : {}
      return { kind: 'value', status: status.code ?? 500, value: status, headers }
    }
  }

  async #pipeline(
    request: ServerRequest,
    info: RequestInfo,
    warnings: Set<string>,
  ): Promise<Reply> {
    const { authorizer } = this.services
    const asker = authenticate(request, this.services, warnings)
    const user = impersonate(request, asker, authorizer)
    const isLong = isLongRunning(info)
    using _slot = isLong ? undefined : this.#inFlight.enter(info.verb, user)
    const context: RequestContext = { request, info, user, warnings }
    const decision = authorizer.authorize({ ...info, user })
    if (!decision.allowed) {
      throw statusError('Forbidden', forbiddenText({ ...info, user }, decision.reason), {
        ...(info.name ? { name: info.name } : {}),
        ...(info.group ? { group: info.group } : {}),
        ...(info.resource ? { kind: info.resource } : {}),
      })
    }
    const reply = this.#route(context)
    // Awaited: the place is given back when the answer is there.
    return isLong || !(reply instanceof Promise) ? reply : await this.#inTime(reply)
  }

  #route(context: RequestContext): Promise<Reply> | Reply {
    if (!context.info.isResource) return this.#routes.answer(context)
    return routeResource(context, this.services, this.writer)
  }

  async #inTime(reply: Promise<Reply>): Promise<Reply> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    using _timer = this.services.clock.after(requestTimeoutMs, () =>
      reject(
        statusError('Timeout', 'Timeout: request did not complete within the allotted timeout', {}),
      ),
    )
    return await Promise.race([reply, late])
  }
}

/** Those that any kind has. */
const knownSubresources = new Set(['status', ...Object.keys(subresources)])

/** Requests without a time limit: watches, and everything that streams. */
const isLongRunning = (info: RequestInfo): boolean =>
  info.verb === 'watch' || streamedSubresources.has(info.subresource)
