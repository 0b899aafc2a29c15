import type {
  EventRow,
  ObjectBody,
  ObjectName,
  WhyPanel,
} from '../../../src-main/contract/objects.ts'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import type { ObjectMeta } from '../../../src-main/kubernetes/api/meta-v1.ts'
import { Status, StatusGlyph } from '../../components/status-glyph.tsx'
import { Tag } from '../../components/tag.tsx'
import { type Condition, isGood } from '../../kinds/conditions.ts'
import type { ContainerLine, Property } from '../../kinds/define-kind.ts'
import { presentationOf } from '../../kinds/index.ts'
import { plainProperties, plainSections } from '../../kinds/plain-properties.ts'
import { glyphOf } from '../../kinds/status.ts'
import { Certificate } from './certificate.tsx'
import { ConfigData } from './config-data.tsx'
import { EventLine } from './events-tab.tsx'
import { Placement } from './placement.tsx'
import { Properties } from './properties.tsx'
import { SecretData } from './secret-data.tsx'
import styles from './summary.module.css'
import { UseSection } from './use-section.tsx'
import { UsedBy } from './used-by.tsx'
import { WayOut } from './way-out.tsx'

export interface SummaryProps {
  object: ObjectName
  body: ObjectBody
  why: WhyPanel | null
  info: ResourceInfo
  events: readonly EventRow[] | undefined
}

/** What a person wants to know first: what is wrong, then what it is made of. */
export function Summary({ object, body, why, info, events }: SummaryProps) {
  const kind = presentationOf(info)
  const meta = body['metadata'] as ObjectMeta
  const containers = kind.containers?.(body) ?? []
  const conditions = (body['status'] as { conditions?: Condition[] } | undefined)?.conditions ?? []
  const properties = (kind.properties ?? plainProperties)(body).filter(isKnown)
  const sectionsOf = kind.sections ?? (kind.properties ? () => [] : plainSections)
  const sections = sectionsOf(body).filter(one => one.properties.length)
  return (
    <>
      {why && <Why why={why} object={object} kind={info.kind} hasLogs={kind.workload === true} />}
      {info.resource === 'secrets' && info.group === '' && (
        <SecretData object={object} body={body} />
      )}
      {body['type'] === 'kubernetes.io/tls' && <Certificate object={object} body={body} />}
      {info.resource === 'configmaps' && info.group === '' && <ConfigData body={body} />}
      {containers.length > 0 && <Containers lines={containers} />}
      <UseSection object={object} info={info} body={body} />
      {sections.map(({ title, properties: lines, longLabels }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: titles may repeat, and the sections are drawn anew as a whole
        <section key={`${title} ${at}`} className={styles['section']}>
          <h3>{title}</h3>
          <Properties properties={lines.filter(isKnown)} longLabels={longLabels ?? false} />
        </section>
      ))}
      {kind.usedBy && <UsedBy object={object} title={kind.usedBy} />}
      {conditions.length > 0 && <Conditions conditions={conditions} />}
      <section className={styles['section']}>
        <h3>Properties</h3>
        <Properties properties={[...properties, ...metaProperties(meta)]} />
      </section>
      {events && events.length > 0 && (
        <section className={styles['section']}>
          <h3>
            Events <span>{events.length}</span>
            <span className={styles['more']}>newest first</span>
          </h3>
          <ul>
            {events.slice(0, 4).map(event => (
              <EventLine key={event.uid} event={event} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

const isKnown = ({ value }: Property) => value !== undefined && value !== '' && value !== null

function Why({
  why,
  object,
  kind,
  hasLogs,
}: {
  why: WhyPanel
  object: ObjectName
  kind: string
  hasLogs: boolean
}) {
  // A pod without a node has not started anything, and has no logs.
  const waits = why.chain[0]?.tone === 'warn'
  return (
    <section className={styles['why']}>
      <h3>{waits ? 'Why is it waiting?' : 'Why is it failing?'}</h3>
      <p>
        {why.certain || why.sentence.startsWith('Likely')
          ? why.sentence
          : `Likely: ${why.sentence}`}
      </p>
      <ol className={styles['chain']}>
        {why.chain.map((link, index) => (
          <li
            key={`${link.kind} ${link.name}`}
            className={index === why.chain.length - 1 ? styles['root'] : ''}
          >
            <StatusGlyph
              {...glyphOf({ tone: link.tone, word: link.tone === 'warn' ? 'Pending' : '' })}
            />
            <div>
              <div className={styles['of']}>
                <span>{link.kind}</span>
                <b>{link.name}</b>
              </div>
              <div className={styles['evidence']}>{link.evidence}</div>
            </div>
          </li>
        ))}
      </ol>
      {why.placement && <Placement placement={why.placement} />}
      <WayOut why={why} target={{ object, kind }} hasLogs={hasLogs && !waits} />
    </section>
  )
}

function Containers({ lines }: { lines: readonly ContainerLine[] }) {
  return (
    <section className={styles['section']}>
      <h3>Containers</h3>
      <ul>
        {lines.map(({ name, image, note, state, word }) => (
          <li key={name} className={styles['container']}>
            <ContainerName name={name} state={state} word={word} />
            <code title={image}>{shortImage(image)}</code>
            <span title={note}>{note}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const glyphWords: Record<string, string> = { done: 'Completed', 'not ready': 'Not ready' }

function ContainerName({ name, state, word }: Pick<ContainerLine, 'name' | 'state' | 'word'>) {
  const text = <span className={styles['strong']}>{name}</span>
  if (!state) return text
  return <Status {...glyphOf({ tone: state, word: glyphWords[word] ?? word })}>{text}</Status>
}

/** The end of an image's name tells images apart; the whole is the tooltip. */
const shortImage = (image: string) => image.slice(image.lastIndexOf('/') + 1)

function Conditions({ conditions }: { conditions: readonly Condition[] }) {
  return (
    <section className={styles['section']}>
      <h3>Conditions</h3>
      <ul className={styles['conditions']}>
        {conditions.map(condition => {
          const { type, status, reason, message } = condition
          const good = isGood(condition)
          return (
            <li key={type} title={[reason, message].filter(Boolean).join(': ')}>
              {good ? (
                <Status shape="tick" tone="idle">
                  <span className={styles['fine']}>{type}</span>
                </Status>
              ) : (
                <Status
                  {...(status === 'Unknown'
                    ? { shape: 'dashed', tone: 'idle' }
                    : { shape: 'cross', tone: 'bad' })}
                >
                  {type}
                </Status>
              )}
              {!good && (message ?? reason) && <p>{message ?? reason}</p>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function metaProperties(meta: ObjectMeta): Property[] {
  const tags = (map: Record<string, string> | undefined) => {
    const entries = Object.entries(map ?? {})
    return entries.length ? (
      <span className={styles['tags']}>
        {entries.map(([key, value]) => (
          <Tag key={key} mono title={`${key}=${value}`}>
            {key}={value}
          </Tag>
        ))}
      </span>
    ) : undefined
  }
  // A copy of the whole object, which `kubectl describe` leaves out too.
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } =
    meta.annotations ?? {}
  const properties: Property[] = [
    { label: 'Labels', value: tags(meta.labels) },
    { label: 'Annotations', value: tags(annotations) },
    { label: 'Finalizers', value: meta.finalizers?.join(', ') },
    { label: 'UID', value: meta.uid && <code>{meta.uid}</code> },
  ]
  return properties.filter(({ value }) => value !== undefined)
}
