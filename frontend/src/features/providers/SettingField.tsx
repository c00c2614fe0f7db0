import { Checkbox, FormGroup, FormHelperText, HelperText, HelperTextItem, TextArea } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';
import { ChoiceField, complaint, TextField } from '../../components/Fields';
import type { Setting } from './settings';

interface Props {
  setting: Setting;
  value: string;
  onChange: (value: string) => void;
  error: unknown;
  kept?: boolean; // a secret that is stored: empty keeps it
}

export function SettingField({ setting, value, onChange, error, kept = false }: Props): ReactNode {
  const id = useId();
  const { name, hint, kind, options, standard, required } = setting;
  const label = required ? `${setting.label} (needed)` : setting.label;
  const field = `spec.settings.${name}`;
  const common = { label, hint, value, onChange, error, field };
  switch (kind) {
    case 'choice':
      return <ChoiceField {...common} options={[...(required ? [] : [{ value: '', label: standard ? `${standard} (default)` : 'default' }]), ...options.map((option) => ({ value: option, label: option }))]} />;
    case 'boolean':
      return <Checkbox id={id} label={label} description={hint} isChecked={(value || standard) === 'true'} onChange={(_event, on) => onChange(String(on))} />;
    case 'secret':
      return <TextField {...common} type="password" placeholder={kept ? 'stored; leave empty to keep it' : ''} hint={`${hint} Kept encrypted, never shown again.`} />;
    case 'lines':
      return (
        <FormGroup label={label} fieldId={id}>
          <TextArea id={id} value={value} onChange={(_event, text) => onChange(text)} rows={4} resizeOrientation="vertical" className="sw-mono" spellCheck={false} />
          <FormHelperText><HelperText><HelperTextItem variant={complaint(error, field) ? 'error' : 'default'}>{complaint(error, field) || hint}</HelperTextItem></HelperText></FormHelperText>
        </FormGroup>
      );
    default:
      return <TextField {...common} placeholder={standard || (kind === 'list' ? 'with commas' : '')} />;
  }
}
