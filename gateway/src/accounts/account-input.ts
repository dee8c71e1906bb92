// What a person types to sign up and in, as it is checked.
import Joi from 'joi';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './accounts.ts';

export const emailInput = Joi.string().email({ tlds: false }).max(254).required();
export const newPasswordInput = Joi.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH).required();
/** One that exists may be of any length that is no attack by itself. */
export const passwordInput = Joi.string().max(MAX_PASSWORD_LENGTH).required();
/** Of a person, key or project: not blank. */
export const nameInput = Joi.string().pattern(/\S/).max(100);

/** One e-mail, however it was typed. */
export const toEmail = (typed: string) => typed.toLowerCase();

/** The name that was typed, or what stands before the @. */
export const toName = (typed: string | undefined, email: string) => typed?.trim() ?? (email.split('@', 1)[0] as string);
