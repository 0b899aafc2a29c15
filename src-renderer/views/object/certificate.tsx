import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import type { ObjectMeta } from '../../../src-main/kubernetes/api/meta-v1.ts'
import { absoluteTime, plural } from '../../components/format.ts'
import { Note } from '../../components/states.tsx'
import { Status } from '../../components/status-glyph.tsx'
import { Properties } from './properties.tsx'
import styles from './summary.module.css'
import { useFreshCall } from './use-fresh-call.ts'

const dayMs = 24 * 3600 * 1000
const soonDays = 14

/** What the certificate of a TLS Secret is good for, and how long it still is. */
export function Certificate({ object, body }: { object: ObjectName; body: ObjectBody }) {
  const { resourceVersion = '' } = body['metadata'] as ObjectMeta
  const query = useFreshCall('objects.certificate', object, resourceVersion)
  const certificate = query.data
  if (!certificate) return null
  return (
    <section className={styles['section']}>
      <h3>Certificate</h3>
      {'problem' in certificate ? (
        <Note tone="bad">{certificate.problem}</Note>
      ) : (
        <Properties
          properties={[
            { label: 'Names', value: certificate.names.join(', '), wraps: true },
            { label: 'Subject', value: certificate.subject, wraps: true },
            {
              label: 'Issuer',
              value: certificate.issuer === certificate.subject ? 'itself' : certificate.issuer,
              wraps: true,
            },
            { label: 'Good from', value: absoluteTime(certificate.from) },
            { label: 'Good until', value: absoluteTime(certificate.until) },
            { label: 'Expires', value: <Expiry until={certificate.until} /> },
          ]}
        />
      )}
    </section>
  )
}

function Expiry({ until }: { until: string }) {
  const days = Math.floor((Date.parse(until) - Date.now()) / dayMs)
  if (days < 0)
    return (
      <Status shape="cross" tone="bad">
        Expired
      </Status>
    )
  const text = days ? `in ${plural(days, 'day')}` : 'today'
  return days < soonDays ? (
    <Status shape="triangle" tone="warn">
      {text}
    </Status>
  ) : (
    text
  )
}
