// A server of Node.js that does nothing but what a durable create can't do without: TLS, HTTP/2, a body read, its log on
// the disk before the answer, with all that came meanwhile in one write. Started by node-peer.ts.
import { fdatasync, openSync, readFileSync, write } from 'node:fs'
import { createSecureServer } from 'node:http2'

const [certificates = '', log = '', answerBytes = '0'] = process.argv.slice(2)
const { key, certificate, ca } = JSON.parse(readFileSync(certificates, 'utf8'))
const file = openSync(log, 'a', 0o600)
const answer = Buffer.alloc(Number(answerBytes), 'x')
let waiting = []
let isWriting = false

const server = createSecureServer({ key, cert: certificate, ca, requestCert: true })
server.on('stream', stream => {
  const chunks = []
  stream.on('data', chunk => chunks.push(chunk))
  stream.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString())
    waiting.push(stream)
    if (!isWriting) commit()
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))

function commit() {
  const batch = waiting
  waiting = []
  isWriting = batch.length > 0
  if (!isWriting) return
  const stored = Buffer.concat(batch.map(() => answer))
  write(file, stored, 0, stored.length, null, failed => {
    if (failed) throw failed
    fdatasync(file, error => {
      if (error) throw error
      for (const stream of batch) {
        stream.respond({ ':status': 201, 'content-type': 'application/json' })
        stream.end(answer)
      }
      commit()
    })
  })
}
