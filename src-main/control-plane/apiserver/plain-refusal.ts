import { type Reply, textReply } from './reply.ts'

/** A refusal in plain text: upstream's filters and muxes answer so where no handler of the API was reached. */
export class PlainRefusal extends Error {
  readonly reply: Reply

  constructor(text: string, status: number, headers: Record<string, string> = {}) {
    super(text)
    this.reply = textReply(`${text}\n`, status, headers)
  }
}

/** No seat was found for the request. */
export const tooManyRequests = (retryAfterSeconds: number): PlainRefusal => {
  const headers = { 'retry-after': String(retryAfterSeconds) }
  return new PlainRefusal('Too many requests, please try again later.', 429, headers)
}

/** Nothing is served here, nor anywhere near. */
export const pageNotFound = (): PlainRefusal => new PlainRefusal('404 page not found', 404)
