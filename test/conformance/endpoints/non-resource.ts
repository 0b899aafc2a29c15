import type { RawAnswer } from '../../support/raw-api.ts'
import type { Aspect, Outcome } from './aspects.ts'
import type { EndpointServer } from './endpoint-server.ts'
import type { Operation } from './operation.ts'

/** Tries one aspect of a discovery document or of `/version`. */
export async function tryNonResource(
  aspect: Aspect,
  { admin, anonymous, unknown }: EndpointServer,
  { path }: Operation,
): Promise<Outcome> {
  const isVersion = path === '/version/'
  switch (aspect) {
    case 'success': {
      const answer = await admin.request('GET', path)
      return answer.status === 200 && answer.json ? { ok: true } : wrong(answer)
    }
    case '401':
      return is(await unknown.request('GET', path), 401, 'Unauthorized')
    case '403':
      if (isVersion) return { left: 'everybody may read it' }
      return is(
        await anonymous.request('GET', path),
        403,
        `forbidden: User "system:anonymous" cannot get path "${path}"`,
      )
    case '404':
      return is404(await admin.request('GET', `${path}nosuch/`))
    case '405': {
      const answer = await admin.request('POST', path)
      return answer.status === 405 ? { ok: true } : wrong(answer)
    }
    case 'media': {
      if (isVersion) return { left: 'it is always JSON' }
      const answer = await admin.request('GET', path, { headers: { accept: 'text/csv' } })
      return is(answer, 406, /^only the following media types are accepted: application\/json/)
    }
    case 'dry run':
      return { left: 'reads only' }
  }
}

/** Below a group version it is a Status, elsewhere plain text. */
const is404 = (answer: RawAnswer): Outcome => (answer.status === 404 ? { ok: true } : wrong(answer))

function is(answer: RawAnswer, code: number, message: string | RegExp): Outcome {
  const text = answer.json?.message ?? ''
  const isMessage = typeof message === 'string' ? text === message : message.test(text)
  return answer.status === code && answer.json?.code === code && isMessage
    ? { ok: true }
    : wrong(answer)
}

const wrong = ({ status, bytes }: RawAnswer): Outcome => ({
  wrong: `${status} ${bytes.toString().slice(0, 300)}`,
})
