// @ts-check
import Link from 'next/link';
import { connection } from 'next/server';

export const metadata = { title: 'unjank with Next.js', icons: 'data:,' };

/** @param {{ children: import('react').ReactNode }} props */
export default async function Layout({ children }) {
  // Each answer has a nonce of its own: nothing is rendered before it is asked for.
  await connection();
  return (
    <html lang="en">
      <body>
        <nav><Link href="/">Picture</Link> <Link href="/about">About</Link></nav>
        {children}
      </body>
    </html>
  );
}
