import { decodeRequest } from '@wattmesh/gateway/modbus/decode-request';
import type { ModbusRequest } from '@wattmesh/gateway/modbus/encode-request';
import { encodeException, encodeResponse } from '@wattmesh/gateway/modbus/encode-response';
import { MBAP_HEADER_BYTES } from '@wattmesh/gateway/modbus/mbap-framer';
import { EXCEPTION } from '@wattmesh/gateway/modbus/modbus-error';
import type { Refusal, RegisterDevice } from './register-device.ts';

const NO_WORDS = new Uint16Array(0);

/**
 * A server's answer to one PDU, with room for the MBAP header in front: registers, echo or the exception the specification
 * asks for. A unit that is not served answers 0B. Undefined: no answer; 'disconnect': the connection is to be dropped.
 */
export function answerRequest(
  device: RegisterDevice | undefined,
  pdu: Uint8Array,
  nowMs: number,
): Uint8Array<ArrayBuffer> | 'disconnect' | undefined {
  const functionCode = pdu[0] ?? 0;
  const refuse = (code: number): Uint8Array<ArrayBuffer> => encodeException(functionCode, code, MBAP_HEADER_BYTES);
  if (device === undefined) return refuse(EXCEPTION.gatewayTargetFailed);
  const request = decodeRequest(pdu);
  if (typeof request === 'number') return refuse(request);
  const answer = perform(device, request, nowMs);
  if (answer instanceof Uint16Array) return encodeResponse(request, answer, MBAP_HEADER_BYTES);
  if (typeof answer === 'number') return refuse(answer);
  return answer === 'disconnect' ? 'disconnect' : undefined;
}

function perform(device: RegisterDevice, request: ModbusRequest, nowMs: number): Uint16Array | Refusal {
  if ('count' in request) return device.read(request.address, request.count, nowMs);
  const words = request.functionCode === 6 ? Uint16Array.of(request.value) : Uint16Array.from(request.words);
  return device.write(request.address, words, nowMs) ?? NO_WORDS;
}
