#!/usr/bin/env node
// Says hello: node hello.mjs [name]
import { greeting } from './greeting.mjs';

console.log(greeting(process.argv[2]));
