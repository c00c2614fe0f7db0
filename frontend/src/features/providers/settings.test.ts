import { describe, expect, it } from 'vitest';
import { labelOf, type SettingsSchema, settingsOf, specOf, typedOf } from './settings';

/** As pydantic writes it for the driver openstack. */
const SCHEMA: SettingsSchema = {
  $defs: { EndpointSetting: { enum: ['auto', 'loadBalancer', 'virtualIP'], type: 'string' } },
  properties: {
    region: { default: '', type: 'string', description: 'Region.' },
    authUrl: { type: 'string', description: 'Keystone.' },
    password: { anyOf: [{ type: 'string', writeOnly: true }, { type: 'null' }], default: undefined },
    endpoint: { $ref: '#/$defs/EndpointSetting', default: 'auto' },
    flavors: { type: 'array', items: { type: 'string' }, default: [] },
    bootFromVolume: { type: 'boolean', default: false },
    latency: { type: 'number', default: 0 },
    caCertificate: { type: 'string', default: '' },
  },
  required: ['authUrl'],
};
const settings = settingsOf(SCHEMA);
const kind = (name: string) => settings.find((setting) => setting.name === name)?.kind;

describe('settings of a driver', () => {
  it('puts what is needed first', () => expect(settings[0]).toMatchObject({ name: 'authUrl', required: true, hint: 'Keystone.' }));
  it.each([['password', 'secret'], ['endpoint', 'choice'], ['flavors', 'list'], ['bootFromVolume', 'boolean'], ['latency', 'number'], ['caCertificate', 'lines'], ['region', 'text']])('%s is a %s', (name, expected) =>
    expect(kind(name)).toBe(expected));
  it('shows what is taken when nothing is given', () => expect(settings.find(({ name }) => name === 'endpoint')?.standard).toBe('auto'));
  it('keeps secrets apart, and leaves out what is empty', () =>
    expect(specOf(settings, { authUrl: 'https://k', password: 's3cret', flavors: 'a, b', latency: '0.5', bootFromVolume: 'true', region: ' ' })).toEqual({
      settings: { authUrl: 'https://k', flavors: ['a', 'b'], latency: 0.5, bootFromVolume: true },
      secrets: { password: 's3cret' },
    }));
  it('shows stored values as they were typed', () => expect(typedOf({ flavors: ['a', 'b'], latency: 0.5 })).toEqual({ flavors: 'a, b', latency: '0.5' }));
  it('names fields for people', () => {
    expect(labelOf('applicationCredentialId')).toBe('Application credential ID');
    expect(labelOf('authUrl')).toBe('Auth URL');
  });
});
