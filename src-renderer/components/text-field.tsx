import type { LucideIcon } from 'lucide-react'
import type { KeyboardEvent, ReactNode, Ref } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextField as AriaTextField } from 'react-aria-components/TextField'
import { classNames } from './class-names.ts'
import styles from './field.module.css'
import { Icon } from './icon.tsx'
import { StatusGlyph } from './status-glyph.tsx'

export interface TextFieldProps {
  label: string
  /** The label is only for who can't see. */
  bare?: boolean
  value: string
  onChange: (value: string) => void
  placeholder?: string
  hint?: ReactNode
  /** What is wrong with the value. */
  error?: string | undefined
  icon?: LucideIcon
  /** Stands at the right end inside the field. */
  end?: ReactNode
  small?: boolean
  mono?: boolean
  autoFocus?: boolean
  inputRef?: Ref<HTMLInputElement>
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void
}

export function TextField({ label, bare, value, onChange, hint, error, ...look }: TextFieldProps) {
  return (
    <AriaTextField
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      autoFocus={look.autoFocus ?? false}
      {...(bare && { 'aria-label': label })}
    >
      {!bare && <Label className={styles['label'] ?? ''}>{label}</Label>}
      <div
        className={classNames(
          styles['field'],
          look.small && styles['small'],
          look.mono && styles['mono'],
        )}
      >
        {look.icon && <Icon of={look.icon} size={14} />}
        <Input
          spellCheck={false}
          autoComplete="off"
          placeholder={look.placeholder ?? ''}
          ref={look.inputRef ?? null}
          {...(look.onKeyDown && { onKeyDown: look.onKeyDown })}
        />
        {look.end}
      </div>
      {error === undefined && hint && (
        <Text slot="description" className={styles['hint'] ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={classNames(styles['hint'], styles['bad'])}>
        <StatusGlyph shape="cross" tone="bad" />
        {error}
      </FieldError>
    </AriaTextField>
  )
}
