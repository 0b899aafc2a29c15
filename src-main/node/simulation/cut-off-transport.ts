import type { ApiRequest, ApiResponse, Transport } from '#client/transport.ts'

/** The way to an API server that can be cut off, as if a cable were pulled. */
export class CutOffTransport implements Transport {
  readonly #transport: Transport
  isCutOff = false

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    if (this.isCutOff) throw new Error('connect: no route to host (simulated failure)')
    return this.#transport.request(request)
  }
}
