/** One of several values: PatternFly's Select with the parts that are always the same. */
import { MenuToggle, type MenuToggleProps, Select, SelectList, SelectOption } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';

export interface Option {
  value: string;
  label: string;
  description?: ReactNode;
}

interface ChoiceProps {
  label: string; // for screen readers, and before the value when `prefix` is set
  value: string;
  options: Option[];
  onChange: (value: string) => void;
  prefix?: boolean;
  id?: string;
  disabled?: boolean;
  variant?: MenuToggleProps['variant'];
  full?: boolean;
}

export function Choice({ label, value, options, onChange, prefix, id, disabled, variant, full }: ChoiceProps): ReactNode {
  const [open, setOpen] = useState(false);
  const chosen = options.find((option) => option.value === value)?.label ?? value;
  return (
    <Select
      isOpen={open}
      selected={value}
      onOpenChange={setOpen}
      onSelect={(_event, picked) => {
        onChange(String(picked));
        setOpen(false);
      }}
      isScrollable
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          id={id}
          onClick={() => setOpen(!open)}
          isExpanded={open}
          isDisabled={disabled ?? false}
          isFullWidth={full ?? false}
          variant={variant ?? 'default'}
          aria-label={`${label}: ${chosen}`}
        >
          {prefix ? `${label}: ${chosen}` : chosen}
        </MenuToggle>
      )}
    >
      <SelectList aria-label={label}>
        {options.map((option) => (
          <SelectOption key={option.value} value={option.value} description={option.description}>
            {option.label}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
