// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRegistry} from "./IRegistry.sol";
import {ISettlement} from "./ISettlement.sol";
import {IntervalLog} from "./IntervalLog.sol";
import {LaneLib} from "./LaneLib.sol";

/// @title What members consented to
/// @dev A member's limit fits one lane of a word, so that a batch reads one word for four members.
abstract contract Mandates is IntervalLog, EIP712 {
    using LaneLib for uint256;

    bytes32 private constant MANDATE_TYPEHASH =
        keccak256(
            "Mandate(bytes32 memberId,bytes32 communityId,int64 priceFloorMicroPerKwh,int64 priceCeilingMicroPerKwh,uint64 capMicroPerPeriod,uint64 expiresAt,uint64 nonce)"
        );
    /// @dev A limit is a cap (40 bits) and the intervals from the community's start that it covers (24 bits).
    uint256 private constant OFFSET_BITS = 24;
    uint256 private constant MAX_OFFSET = 2 ** 24 - 1;
    uint256 private constant MAX_CAP = 2 ** 40 - 1;

    IRegistry public immutable registry;

    /// @dev Four limits of mandates a word, by `memberIndex >> 2`.
    mapping(uint256 group => uint256 word) private _limits;
    /// @dev Four first intervals of consent a word, by `memberIndex >> 2`.
    mapping(uint256 group => uint256 word) private _consents;
    mapping(uint256 memberIndex => uint64 nonce) internal _mandateNonces;

    constructor(IRegistry registry_) EIP712("Wattmesh Settlement", "1") {
        if (address(registry_).code.length == 0) revert Settlement__NotAContract(address(registry_));
        registry = registry_;
    }

    /// @inheritdoc ISettlement
    function setMandate(Mandate calldata mandate, bytes calldata signature) external {
        if (mandate.communityId != communityId) revert Settlement__WrongCommunity(mandate.communityId);
        if (mandate.priceFloorMicroPerKwh > mandate.priceCeilingMicroPerKwh)
            revert Settlement__BadPriceLimits(mandate.priceFloorMicroPerKwh, mandate.priceCeilingMicroPerKwh);
        uint256 expiry = mandate.expiresAt / INTERVAL_S;
        if (expiry <= _progress.newestInterval) revert Settlement__SignatureExpired(mandate.expiresAt);
        (uint256 memberIndex, address wallet) = registry.findMember(mandate.memberId);
        uint64 next = _mandateNonces[memberIndex];
        if (mandate.nonce < next || mandate.nonce == type(uint64).max)
            revert Settlement__NonceUsed(mandate.nonce, next);
        bytes32 mandateHash = hashMandate(mandate);
        _checkSignature(wallet, mandateHash, signature);

        _mandateNonces[memberIndex] = mandate.nonce + 1;
        _consent(memberIndex, mandate.capMicroPerPeriod, expiry);
        emit MandateSet(memberIndex, mandateHash, mandate.capMicroPerPeriod, mandate.expiresAt, mandate.nonce);
    }

    /// @inheritdoc ISettlement
    function hashMandate(Mandate calldata mandate) public pure returns (bytes32) {
        return keccak256(abi.encode(MANDATE_TYPEHASH, mandate));
    }

    /// @dev I4: a debit is at most the cap of a mandate that covers the period, and no period from before the consent.
    function _checkDebit(uint256 memberIndex, uint256 debit, uint256 periodEnd) internal view {
        (uint256 cap, uint256 expiry) = _limitOf(memberIndex);
        if (debit > cap) revert Settlement__OverMandate(memberIndex, cap, debit);
        if (periodEnd > expiry) revert Settlement__MandateExpired(memberIndex, expiry);
        // Only where someone consented after the period can anyone's consent be too young for it.
        if (periodEnd > _progress.newestConsent) return;
        uint256 fromInterval = _consentOf(memberIndex);
        if (periodEnd <= fromInterval) revert Settlement__BeforeConsent(memberIndex, fromInterval);
    }

    function _limitOf(uint256 memberIndex) internal view returns (uint256 capMicro, uint256 expiryInterval) {
        uint256 limit = _limits[memberIndex >> 2].get64(memberIndex);
        return (limit >> OFFSET_BITS, (limit & MAX_OFFSET) + startInterval);
    }

    function _consentOf(uint256 memberIndex) internal view returns (uint64 fromInterval) {
        return _consents[memberIndex >> 2].get64(memberIndex);
    }

    function _checkSignature(address signer, bytes32 structHash, bytes calldata signature) internal view {
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, _hashTypedDataV4(structHash), signature))
            revert Settlement__BadSignature();
    }

    /// @dev A mandate that follows one in force continues its consent; any other begins with the next interval.
    function _consent(uint256 memberIndex, uint256 capMicro, uint256 expiry) private {
        uint256 group = memberIndex >> 2;
        uint32 newest = _progress.newestInterval;
        (uint256 lastCap, uint256 lastExpiry) = _limitOf(memberIndex);
        if (lastCap == 0 || lastExpiry <= newest) {
            _progress.newestConsent = newest + 1;
            _consents[group] = _consents[group].set64(memberIndex, newest + 1);
        }
        uint256 offset = expiry < startInterval ? 0 : Math.min(expiry - startInterval, MAX_OFFSET);
        uint256 limit = (Math.min(capMicro, MAX_CAP) << OFFSET_BITS) | offset;
        _limits[group] = _limits[group].set64(memberIndex, uint64(limit));
    }
}
