import { ActionGroup, Alert, Button, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { type SubmitEvent, type ReactNode, useState } from 'react';
import { messageOf } from '../../lib/http';
import { useSession } from '../../lib/session';
import { IssuerLink } from './IssuerLink';

/** With a token, by the issuer where one is configured, and on an embedded server with name and password. */
export function SignInForm({ aside = false }: { aside?: boolean }): ReactNode {
  const { session, signIn } = useSession();
  const offersPassword = session?.signIn.password ?? false;
  const [way, setWay] = useState<'password' | 'token'>(offersPassword ? 'password' : 'token');
  const [values, setValues] = useState({ username: session?.user ?? 'admin', password: '', token: '' });
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const { username, password, token } = values;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      await signIn(way === 'token' ? { token } : { username, password });
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  }

  const text = (name: keyof typeof values) => ({
    id: `sign-in-${name}`,
    name,
    value: values[name],
    isRequired: true,
    onChange: (_event: unknown, value: string) => setValues({ ...values, [name]: value }),
  });
  const issuer = session?.signIn.issuer;
  return (
    <Form onSubmit={(event) => void submit(event)} aria-label="Sign in">
      {error && <Alert variant="danger" isInline title={error} component="p" />}
      {issuer && <IssuerLink label={issuer} aside={aside} />}
      {offersPassword && (
        <ToggleGroup aria-label="How to sign in">
          <ToggleGroupItem text="User name and password" buttonId="way-password" isSelected={way === 'password'} onChange={() => setWay('password')} />
          <ToggleGroupItem text="Token" buttonId="way-token" isSelected={way === 'token'} onChange={() => setWay('token')} />
        </ToggleGroup>
      )}
      {way === 'password' ? (
        <>
          <FormGroup label="User name" fieldId="sign-in-username">
            <TextInput {...text('username')} autoComplete="username" />
          </FormGroup>
          <FormGroup label="Password" fieldId="sign-in-password">
            <TextInput {...text('password')} type="password" autoComplete="current-password" autoFocus />
            <Hint>The first one is in the file admin.password beside the server’s data: slipway up says where.</Hint>
          </FormGroup>
        </>
      ) : (
        <FormGroup label="Token" fieldId="sign-in-token">
          <TextInput {...text('token')} type="password" autoComplete="off" placeholder="slip_…" autoFocus />
          <Hint>From an administrator of your tenant: slipway tenant token TENANT ACCOUNT. It is exchanged for a session of 12 hours and not kept.</Hint>
        </FormGroup>
      )}
      <ActionGroup>
        <Button type="submit" variant="primary" isBlock isLoading={busy} isDisabled={busy || !(way === 'token' ? token : username && password)}>
          {busy ? 'Signing in' : 'Sign in'}
        </Button>
      </ActionGroup>
    </Form>
  );
}

function Hint({ children }: { children: ReactNode }): ReactNode {
  return (
    <FormHelperText>
      <HelperText>
        <HelperTextItem>{children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}
