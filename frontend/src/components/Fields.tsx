/** Fields of a form, each with the server's word on it. */
import { FormGroup, FormHelperText, HelperText, HelperTextItem, NumberInput, TextArea, TextInput } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { ApiError } from '../lib/http';
import { Choice, type Option } from './Choice';

interface Common {
  label: string;
  hint?: ReactNode;
  error?: unknown; // of the last request
  field?: string; // its path in the document, such as spec.version
}

export function complaint(error: unknown, field: string | undefined): string {
  return error instanceof ApiError && field ? error.forField(field) : '';
}

function Frame({ id, label, hint, complaint: said, children }: { id: string; label: string; hint?: ReactNode; complaint: string; children: ReactNode }): ReactNode {
  return (
    <FormGroup label={label} fieldId={id}>
      {children}
      {(said || hint) && (
        <FormHelperText>
          <HelperText id={`${id}-help`}>
            {said ? <HelperTextItem variant="error">{said}</HelperTextItem> : <HelperTextItem>{hint}</HelperTextItem>}
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}

interface TextProps extends Common {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  type?: 'text' | 'password';
  rows?: number; // of a text of several lines
}

export function TextField({ label, hint, error, field, value, onChange, placeholder, type = 'text', rows }: TextProps): ReactNode {
  const id = useId();
  const said = complaint(error, field);
  const common = {
    id, value, placeholder, validated: said ? 'error' : 'default', autoComplete: 'off', spellCheck: false,
    onChange: (_event: unknown, text: string) => onChange(text), ...(said || hint ? { 'aria-describedby': `${id}-help` } : {}),
  } as const;
  return (
    <Frame id={id} label={label} hint={hint} complaint={said}>
      {rows ? <TextArea {...common} rows={rows} resizeOrientation="vertical" /> : <TextInput {...common} type={type} />}
    </Frame>
  );
}

interface NumberProps extends Common {
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
}

export function NumberField({ label, hint, error, field, value, onChange, min, max }: NumberProps): ReactNode {
  const id = useId();
  const set = (wanted: number): void => onChange(Math.min(max, Math.max(min, Math.round(wanted))));
  return (
    <Frame id={id} label={label} hint={hint} complaint={complaint(error, field)}>
      <NumberInput
        inputProps={{ id }} inputName={label} inputAriaLabel={label} value={value} min={min} max={max} widthChars={4}
        onMinus={() => set(value - 1)} onPlus={() => set(value + 1)} minusBtnAriaLabel={`${label}: one less`} plusBtnAriaLabel={`${label}: one more`}
        onChange={(event) => set(Number((event.target as HTMLInputElement).value) || 0)}
      />
    </Frame>
  );
}

interface ChoiceFieldProps extends Common {
  value: string;
  options: Option[];
  onChange: (value: string) => void;
}

export function ChoiceField({ label, hint, error, field, value, options, onChange }: ChoiceFieldProps): ReactNode {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} complaint={complaint(error, field)}>
      <Choice id={id} label={label} value={value} options={options} onChange={onChange} full />
    </Frame>
  );
}
