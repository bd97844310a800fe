import { Search, X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  NumberField as AriaNumberField,
  SearchField as AriaSearchField,
  TextField as AriaTextField,
  FieldError,
  Group,
  Input,
  Label,
  Text,
  TextArea,
} from 'react-aria-components';

export interface FieldProps {
  readonly label: string;
  /** Below the field, read out with it. */
  readonly description?: ReactNode;
  /** What is wrong with the value; then the field is marked as wrong. */
  readonly error?: string | undefined;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
  readonly isReadOnly?: boolean;
}

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly isMultiline?: boolean;
  readonly rows?: number;
  /** For paths, OCIDs, words that are compared. */
  readonly isCode?: boolean;
  readonly autoFocus?: boolean;
  readonly onBlur?: () => void;
  readonly maxLength?: number;
  /** Beside the input: a button. */
  readonly after?: ReactNode;
  /** The label is read out, not shown. */
  readonly isLabelHidden?: boolean;
}

export function TextField({
  label,
  description,
  error,
  placeholder,
  isMultiline = false,
  rows = 4,
  isCode = false,
  after,
  isLabelHidden = false,
  ...rest
}: TextFieldProps) {
  const field = isCode ? 'input code' : 'input';
  return (
    <AriaTextField
      {...rest}
      isInvalid={error !== undefined}
      className="field"
      spellCheck={isCode ? 'false' : 'true'}
      autoComplete="off"
    >
      <FieldLabel label={label} isRequired={rest.isRequired ?? false} isHidden={isLabelHidden} />
      <div className="field-line">
        {isMultiline ? (
          <TextArea className={field} rows={rows} placeholder={placeholder ?? ''} />
        ) : (
          <Input className={field} placeholder={placeholder ?? ''} />
        )}
        {after}
      </div>
      <FieldFoot description={description} error={error} />
    </AriaTextField>
  );
}

export interface NumberFieldProps extends FieldProps {
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly step?: number;
  /** After the number: hours, days. */
  readonly unit?: string;
}

export function NumberField({ label, description, error, value, onChange, unit, ...rest }: NumberFieldProps) {
  return (
    <AriaNumberField
      {...rest}
      value={value ?? Number.NaN}
      onChange={(next) => onChange(Number.isNaN(next) ? undefined : next)}
      isInvalid={error !== undefined}
      formatOptions={{ useGrouping: false }}
      className="field"
    >
      <FieldLabel label={label} isRequired={rest.isRequired ?? false} />
      <div className="field-line">
        <Group className="number-group">
          <AriaButton slot="decrement" className="number-step">
            −
          </AriaButton>
          <Input className="input number" />
          <AriaButton slot="increment" className="number-step">
            +
          </AriaButton>
        </Group>
        {unit !== undefined && <span className="field-unit">{unit}</span>}
      </div>
      <FieldFoot description={description} error={error} />
    </AriaNumberField>
  );
}

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
}

/** Its label is read out, not shown; Escape empties it. */
export function SearchField({ label, placeholder, ...rest }: SearchFieldProps) {
  return (
    <AriaSearchField {...rest} aria-label={label} className="search-field">
      <Search aria-hidden className="icon" />
      <Input className="input" placeholder={placeholder ?? label} />
      <AriaButton className="icon-button search-clear" data-size="small">
        <X aria-hidden className="icon" />
      </AriaButton>
    </AriaSearchField>
  );
}

export function FieldLabel({
  label,
  isRequired,
  isHidden = false,
}: {
  readonly label: string;
  readonly isRequired: boolean;
  readonly isHidden?: boolean;
}) {
  return (
    <Label className={isHidden ? 'visually-hidden' : 'field-label'}>
      {label}
      {isRequired && <span className="field-required"> (needed)</span>}
    </Label>
  );
}

export function FieldFoot({
  description,
  error,
}: {
  readonly description: ReactNode;
  readonly error: string | undefined;
}) {
  return (
    <>
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </>
  );
}
