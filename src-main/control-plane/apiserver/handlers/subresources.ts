import { attach, exec } from '../streaming/exec.ts'
import { portForward } from '../streaming/port-forward.ts'
import { bind } from './binding.ts'
import { evict } from './eviction.ts'
import { get } from './get.ts'
import { patch } from './patch.ts'
import { podLog } from './pod-log.ts'
import { proxy } from './proxy.ts'
import { getScale, patchScale, updateScale } from './scale.ts'
import type { Handler } from './target.ts'
import { requestToken } from './token-request.ts'
import { update } from './update.ts'

/** What answers a subresource, by its name and the request's verb. */
export const subresources: Record<string, Record<string, Handler>> = {
  scale: { get: getScale, update: updateScale, patch: patchScale },
  finalize: { update },
  approval: { get, update, patch },
  ephemeralcontainers: { get, update, patch },
  resize: { get, update, patch },
  binding: { create: bind },
  eviction: { create: evict },
  token: { create: requestToken },
  log: { get: podLog },
  exec: { get: exec, create: exec },
  attach: { get: attach, create: attach },
  // The last is OPTIONS, for which there is no verb.
  proxy: { get: proxy, create: proxy, update: proxy, patch: proxy, delete: proxy, '': proxy },
  portforward: { get: portForward, create: portForward },
}

/** Those that carry streams: without a time limit, and in whatever form they have. */
export const streamedSubresources: ReadonlySet<string> = new Set([
  'log',
  'exec',
  'attach',
  'portforward',
  'proxy',
])
