#!/usr/bin/env node
import { run } from './cli/program.ts';
import { useProxiesOf } from './net/proxy.ts';

useProxiesOf(process.env);
process.exitCode = await run(process.argv.slice(2), process.env);
