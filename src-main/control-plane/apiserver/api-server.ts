import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { StatusError, statusError } from '#kubernetes/status-error.ts'
import { authenticate } from './authentication/authenticate.ts'
import { impersonate } from './authentication/impersonate.ts'
import { forbiddenText } from './authorization/forbidden-text.ts'
import { isTooDeep, statusOf } from './failures.ts'
import { FlowControl } from './flow-control/flow-control.ts'
import { ObjectWriter } from './handlers/object-writer.ts'
import { routeResource } from './handlers/route.ts'
import { streamedSubresources, subresources } from './handlers/subresources.ts'
import type { CountedRequest, Metrics } from './metrics.ts'
import type { NonResourceRoutes } from './non-resource-routes.ts'
import { PlainRefusal } from './plain-refusal.ts'
import type { Reply } from './reply.ts'
import { parseRequestInfo, type RequestInfo } from './request-info.ts'
import type { RequestContext, ServerRequest } from './server-request.ts'
import type { Services } from './services.ts'

/** A reply with the warnings that came up on the way. */
export interface Answer {
  reply: Reply
  info: RequestInfo
  warnings: readonly string[]
  /** Headers that do not depend on what is answered: how flow control sorted the request. */
  headers: Readonly<Record<string, string>>
}

/** What comes up on a request's way and is told with the answer, be it a failure. */
interface Notes {
  warnings: Set<string>
  headers: Readonly<Record<string, string>>
}

const requestTimeoutMs = 60_000

/**
 * The pipeline that every request goes through, whichever way it came:
 * request info → authenticate → impersonate → flow control → authorize → handle. Admission is part of handling writes.
 */
export class ApiServer {
  readonly services: Services
  readonly writer: ObjectWriter
  readonly #routes: NonResourceRoutes
  readonly #metrics: Metrics
  readonly #flowControl: FlowControl
  readonly #logger: Logger

  constructor(services: Services, routes: NonResourceRoutes, metrics: Metrics) {
    this.services = services
    this.writer = new ObjectWriter(services)
    this.#routes = routes
    this.#metrics = metrics
    this.#flowControl = new FlowControl(services)
    this.#flowControl.report(metrics)
    this.#logger = services.logger
  }

  /** Answers a request. Never throws: failures become replies with a Status. */
  async handle(request: ServerRequest): Promise<Answer> {
    const info = parseRequestInfo(request.method, request.path, request.query)
    const notes: Notes = { warnings: new Set(), headers: noHeaders }
    const started = this.services.clock.monotonic()
    const reply = await this.#answer(request, info, notes)
    const seconds = (this.services.clock.monotonic() - started) / 1000
    this.#metrics.count(this.#counted(info), 'status' in reply ? reply.status : 200, seconds)
    return { reply, info, warnings: [...notes.warnings], headers: notes.headers }
  }

  /** What a request is counted as: by name only what is served, or there would be as many counters as URLs. */
  #counted(info: RequestInfo): CountedRequest {
    const definition = info.isResource ? this.services.catalog.find(info) : undefined
    if (!definition) return { group: '', version: '', resource: '', subresource: '', verb: '' }
    const { group, version, resource, verb } = info
    const subresource = knownSubresources.has(info.subresource) ? info.subresource : ''
    return { group, version, resource, subresource, verb }
  }

  async #answer(request: ServerRequest, info: RequestInfo, notes: Notes): Promise<Reply> {
    try {
      return await this.#pipeline(request, info, notes)
    } catch (error) {
      if (error instanceof PlainRefusal) return error.reply
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

  async #pipeline(request: ServerRequest, info: RequestInfo, notes: Notes): Promise<Reply> {
    const { authorizer } = this.services
    const { warnings } = notes
    const asker = authenticate(request, this.services, warnings)
    const user = impersonate(request, asker, authorizer)
    const isLong = isLongRunning(info)
    // A watch gives its seats back when it is open.
    const flow = isControlled(request, info) ? this.#flowControl.flowOf(user, info) : undefined
    if (flow) notes.headers = flow.headers
    const seats = flow && this.#flowControl.enter(flow, { request, info, user })
    using _seats = seats instanceof Promise ? await seats : seats
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

const noHeaders = {}

/**
 * Not what streams, as upstream, nor what the cluster's own parts ask from inside the process: they bound themselves, and
 * no client-side limit keeps their bursts short.
 */
const isControlled = (request: ServerRequest, info: RequestInfo): boolean =>
  !request.isInside && !streamedSubresources.has(info.subresource)

/** Those that any kind has. */
const knownSubresources = new Set(['status', ...Object.keys(subresources)])

/** Requests without a time limit: watches, and everything that streams. */
const isLongRunning = (info: RequestInfo): boolean =>
  info.verb === 'watch' || streamedSubresources.has(info.subresource)
