import { Check, ChevronDown, Minus } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  CheckboxButton,
  CheckboxField,
  Select as AriaSelect,
  SwitchButton,
  SwitchField,
  ListBox,
  ListBoxItem,
  Popover,
  RadioButton,
  RadioField,
  RadioGroup,
  SelectValue,
  Text,
} from 'react-aria-components';
import { FieldFoot, FieldLabel } from './text-field.tsx';
import type { FieldProps } from './text-field.tsx';

export interface Option<Id extends string = string> {
  readonly id: Id;
  readonly label: string;
  readonly description?: string;
  readonly isDisabled?: boolean;
}

export interface SelectProps<Id extends string> extends Omit<FieldProps, 'isReadOnly'> {
  readonly options: readonly Option<Id>[];
  readonly value: Id | undefined;
  readonly onChange: (id: Id) => void;
  readonly placeholder?: string;
}

export function Select<Id extends string>({
  label,
  description,
  error,
  options,
  value,
  onChange,
  placeholder = 'Choose',
  ...rest
}: SelectProps<Id>) {
  return (
    <AriaSelect
      {...rest}
      className="field"
      placeholder={placeholder}
      value={value ?? null}
      onChange={(key) => {
        const chosen = options.find(({ id }) => id === key);
        if (chosen !== undefined) onChange(chosen.id);
      }}
      isInvalid={error !== undefined}
    >
      <FieldLabel label={label} isRequired={rest.isRequired ?? false} />
      <AriaButton className="select-button">
        <SelectValue className="select-value" />
        <ChevronDown aria-hidden className="icon" />
      </AriaButton>
      <FieldFoot description={description} error={error} />
      <Popover className="popover select-popover" offset={4}>
        <ListBox className="list-box" items={options}>
          {(option) => (
            <ListBoxItem
              id={option.id}
              textValue={option.label}
              isDisabled={option.isDisabled ?? false}
              className="list-box-item"
            >
              <Text slot="label">{option.label}</Text>
              {option.description !== undefined && (
                <Text slot="description" className="list-box-description">
                  {option.description}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export interface CheckboxProps {
  readonly children: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly isIndeterminate?: boolean;
  readonly isDisabled?: boolean;
  /** Below, in quiet text. */
  readonly description?: ReactNode;
}

export function Checkbox({ children, description, ...rest }: CheckboxProps) {
  return (
    <CheckboxField {...rest} className="checkbox-field">
      <CheckboxButton className="checkbox">
        {({ isSelected, isIndeterminate }) => (
          <>
            <span className="checkbox-box" aria-hidden>
              {isIndeterminate ? <Minus className="icon" /> : isSelected ? <Check className="icon" /> : null}
            </span>
            <span>{children}</span>
          </>
        )}
      </CheckboxButton>
      {description !== undefined && (
        <Text slot="description" className="choice-description">
          {description}
        </Text>
      )}
    </CheckboxField>
  );
}

export interface SwitchProps {
  readonly children: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly isDisabled?: boolean;
}

/** For what takes effect at once; a checkbox is for what is sent with a form. */
export function Switch({ children, ...rest }: SwitchProps) {
  return (
    <SwitchField {...rest}>
      <SwitchButton className="switch">
        <span className="switch-track" aria-hidden>
          <span className="switch-thumb" />
        </span>
        <span>{children}</span>
      </SwitchButton>
    </SwitchField>
  );
}

export interface RadioCard<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  readonly description?: ReactNode;
  readonly icon?: LucideIcon;
  /** At the right: a badge. */
  readonly aside?: ReactNode;
  readonly isDisabled?: boolean;
}

export interface RadioCardsProps<Id extends string> {
  readonly label: string;
  readonly cards: readonly RadioCard<Id>[];
  readonly value: Id | undefined;
  readonly onChange: (id: Id) => void;
  readonly description?: ReactNode;
  readonly columns?: 1 | 2 | 3;
  readonly isDisabled?: boolean;
  readonly isLabelHidden?: boolean;
}

/** One of a few, each with room to say what it means. */
export function RadioCards<Id extends string>({
  label,
  cards,
  value,
  onChange,
  description,
  columns = 1,
  isDisabled = false,
  isLabelHidden = false,
}: RadioCardsProps<Id>) {
  return (
    <RadioGroup
      className="radio-cards"
      value={value ?? null}
      onChange={(id) => {
        const chosen = cards.find((card) => card.id === id);
        if (chosen !== undefined) onChange(chosen.id);
      }}
      isDisabled={isDisabled}
    >
      <FieldLabel label={label} isRequired={false} isHidden={isLabelHidden} />
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      <div className="radio-cards-grid" data-columns={columns}>
        {cards.map(({ id, title, description: about, icon: Icon, aside, isDisabled: isCardDisabled }) => (
          <RadioField key={id} value={id} className="radio-field" isDisabled={isCardDisabled ?? false}>
            <RadioButton className="radio-card">
              <span className="radio-dot" aria-hidden />
              {Icon !== undefined && <Icon aria-hidden className="icon radio-card-icon" />}
              <span className="radio-card-text">
                <span className="radio-card-title">{title}</span>
                {about !== undefined && <span className="choice-description">{about}</span>}
              </span>
              {aside}
            </RadioButton>
          </RadioField>
        ))}
      </div>
    </RadioGroup>
  );
}
