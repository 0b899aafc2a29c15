import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { Button } from './button.tsx'
import styles from './dialog.module.css'
import { type GlyphKind, StatusGlyph } from './status-glyph.tsx'

/** A question or a small form over everything else. Esc and a click beside it close it. */
export function Dialog({
  title,
  glyph,
  onClose,
  footer,
  children,
  wide,
  alert,
}: {
  title: string
  glyph?: GlyphKind
  onClose: () => void
  footer?: ReactNode
  children: ReactNode
  wide?: boolean
  alert?: boolean
}) {
  return (
    <ModalOverlay
      className={styles['overlay'] ?? ''}
      isOpen
      isDismissable
      onOpenChange={open => open || onClose()}
    >
      <Modal className={`${styles['modal']} ${wide ? styles['wide'] : ''}`}>
        <AriaDialog className={styles['dialog'] ?? ''} role={alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" className={styles['title'] ?? ''}>
            {glyph && <StatusGlyph {...glyph} />}
            {title}
          </Heading>
          <div className={styles['body']}>{children}</div>
          {footer && <div className={styles['footer']}>{footer}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** Says what will happen and asks. Enter cancels what loses something, and does what loses nothing. */
export function Confirmation({
  title,
  children,
  action,
  harmless = false,
  onConfirm,
  onClose,
  busy,
}: {
  title: string
  children: ReactNode
  /** Verb and object. */
  action: string
  /** Nothing is lost by it. */
  harmless?: boolean
  onConfirm: () => void
  onClose: () => void
  busy?: boolean
}) {
  return (
    <Dialog
      alert
      title={title}
      {...(!harmless && { glyph: { shape: 'triangle', tone: 'warn' } })}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onPress={onClose} autoFocus={!harmless}>
            Cancel
          </Button>
          <Button
            look={harmless ? 'primary' : 'danger'}
            onPress={onConfirm}
            autoFocus={harmless}
            isDisabled={busy ?? false}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}

/** A small form over everything else; Enter in a field does the same as its button. */
export function FormDialog({
  title,
  about,
  action,
  canSubmit,
  onSubmit,
  onClose,
  children,
}: {
  title: string
  /** A sentence above the fields. */
  about: ReactNode
  /** Verb and object. */
  action: string
  canSubmit: boolean
  onSubmit: () => void
  onClose: () => void
  children: ReactNode
}) {
  const submit = () => canSubmit && onSubmit()
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onPress={onClose}>
            Cancel
          </Button>
          <Button look="primary" isDisabled={!canSubmit} onPress={submit}>
            {action}
          </Button>
        </>
      }
    >
      <p>{about}</p>
      <form
        className={styles['form']}
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        {children}
        {/* Without it, Enter does nothing in a form of several fields. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}
