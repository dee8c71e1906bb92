// Fields that many answers have.
import Joi from 'joi';

export const text = Joi.string().allow('').required();
export const nullableText = Joi.string().allow('', null).required();
export const id = Joi.string().required();
export const time = Joi.string().isoDate().required().description('ISO 8601, UTC.');
export const nullableTime = Joi.string().isoDate().allow(null).required();
export const count = Joi.number().integer().min(0).required();
export const stepNumber = Joi.number().integer().min(0).required().description('Counted from 0.');
export const microUsd = Joi.number().integer().min(0).required().description('Millionths of a dollar.');

export const SAMPLE_ID = '0198f0c2-7a10-7000-8000-000000000001';
export const SAMPLE_TIME = '2026-01-01T00:00:00.000Z';
