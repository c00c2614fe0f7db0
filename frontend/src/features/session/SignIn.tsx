import { Card, CardBody, Content, Title } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import mark from '../../assets/mark.svg';
import { SignInForm } from './SignInForm';

export function SignIn(): ReactNode {
  return (
    <main className="sw-sign-in">
      <div className="sw-sign-in__pitch">
        <img src={mark} alt="" width={56} height={56} />
        <Title headingLevel="h1" size="4xl">Slipway</Title>
        <Content component="p">Kubernetes clusters on machines of your own: asked for in one click, kept at their declared size, gone without a trace.</Content>
      </div>
      <Card className="sw-sign-in__card" isLarge>
        <CardBody>
          <Title headingLevel="h2" size="2xl" className="sw-gap-below">Sign in</Title>
          <SignInForm />
        </CardBody>
      </Card>
    </main>
  );
}
