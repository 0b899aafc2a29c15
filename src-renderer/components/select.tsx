import { ChevronDown } from 'lucide-react'
import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select'
import { classNames } from './class-names.ts'
import fields from './field.module.css'
import { Icon } from './icon.tsx'
import styles from './select.module.css'

export interface Option<T extends string> {
  readonly id: T
  readonly label: string
  readonly detail?: string
}

/** One of several. `pick` looks like text with an arrow, for bars; otherwise it is a form field. */
export function Select<T extends string>({
  label,
  prefix,
  options,
  value,
  onChange,
  pick,
}: {
  label: string
  /** Stands before the value. */
  prefix?: string
  options: readonly Option<T>[]
  value: T
  onChange: (value: T) => void
  pick?: boolean
}) {
  return (
    <AriaSelect
      selectedKey={value}
      onSelectionChange={key => onChange(String(key) as T)}
      {...(pick && { 'aria-label': label })}
    >
      {!pick && <Label className={fields['label'] ?? ''}>{label}</Label>}
      <Button className={classNames(pick ? styles['pick'] : fields['field'])}>
        {prefix && <span className={styles['prefix']} data-prefix={prefix} aria-hidden />}
        <SelectValue className={fields['value'] ?? ''}>
          {() => options.find(({ id }) => id === value)?.label ?? value}
        </SelectValue>
        <Icon of={ChevronDown} size={14} />
      </Button>
      <Popover className={fields['popover'] ?? ''} offset={4}>
        <ListBox className={fields['list'] ?? ''}>
          {options.map(option => (
            <ListBoxItem
              key={option.id}
              id={option.id}
              textValue={option.label}
              className={fields['item'] ?? ''}
            >
              {option.label}
              {option.detail && <span className={fields['itemEnd']}>{option.detail}</span>}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
