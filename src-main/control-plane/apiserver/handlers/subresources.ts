import type { Handler } from './target.ts'

/** What answers a subresource, by its name and the request's verb. */
export const subresources: Record<string, Record<string, Handler>> = {}
