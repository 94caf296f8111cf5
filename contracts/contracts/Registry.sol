// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {IRegistry} from "./IRegistry.sol";

/// @title Members and meters of one community
/// @dev The admin role grants and takes the operator role. Neither can move a member to another wallet.
contract Registry is IRegistry, AccessControl {
    /// @dev `place` is the index + 1, so that zero means unknown.
    struct Entry {
        address wallet;
        uint64 place;
    }

    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");
    uint256 private constant SIGNATURE_BYTES = 64;

    bytes32[] private _memberIds;
    mapping(bytes32 memberId => Entry entry) private _entries;
    mapping(bytes32 meterId => Meter meter) private _meters;
    /// @dev A key that ever spoke for a meter; never cleared.
    mapping(bytes32 keyHash => bool isSpent) private _keys;

    constructor(address admin, address operator) {
        if (admin == address(0) || operator == address(0)) revert Registry__ZeroAddress();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(OPERATOR_ROLE, operator);
    }

    /// @inheritdoc IRegistry
    function registerMembers(Member[] calldata members) external onlyRole(OPERATOR_ROLE) {
        for (uint256 i = 0; i < members.length; ++i) {
            Member calldata member = members[i];
            _checkId(member.memberId);
            if (member.wallet == address(0)) revert Registry__ZeroAddress();
            if (hasMember(member.memberId)) revert Registry__MemberExists(member.memberId);
            _memberIds.push(member.memberId);
            _entries[member.memberId] = Entry(member.wallet, uint64(_memberIds.length));
            emit MemberRegistered(member.memberId, _memberIds.length - 1, member.wallet);
        }
    }

    /// @inheritdoc IRegistry
    function changeWallet(bytes32 memberId, address wallet) external {
        (, address present) = findMember(memberId);
        if (msg.sender != present) revert Registry__NotTheMember(memberId, msg.sender);
        if (wallet == address(0)) revert Registry__ZeroAddress();
        _entries[memberId].wallet = wallet;
        emit WalletChanged(memberId, wallet);
    }

    /// @inheritdoc IRegistry
    function registerMeters(MeterEntry[] calldata meters) external onlyRole(OPERATOR_ROLE) {
        for (uint256 i = 0; i < meters.length; ++i) {
            MeterEntry calldata entry = meters[i];
            _checkId(entry.meterId);
            if (!hasMember(entry.memberId)) revert Registry__UnknownMember(entry.memberId);
            if (hasMeter(entry.meterId)) revert Registry__MeterExists(entry.meterId);
            _spendKey(entry.meterId, entry.keyX, entry.keyY);
            _meters[entry.meterId] = Meter(entry.memberId, entry.keyX, entry.keyY, entry.attestation, false);
            emit MeterRegistered(entry.meterId, entry.memberId, entry.keyX, entry.keyY, entry.attestation);
        }
    }

    /// @inheritdoc IRegistry
    function changeMeterKey(
        bytes32 meterId,
        bytes32 keyX,
        bytes32 keyY,
        Attestation attestation
    ) external onlyRole(OPERATOR_ROLE) {
        Meter storage meter = _meterInService(meterId);
        _spendKey(meterId, keyX, keyY);
        (meter.keyX, meter.keyY, meter.attestation) = (keyX, keyY, attestation);
        emit MeterKeyChanged(meterId, keyX, keyY, attestation);
    }

    /// @inheritdoc IRegistry
    function revokeMeter(bytes32 meterId) external onlyRole(OPERATOR_ROLE) {
        _meterInService(meterId).isRevoked = true;
        emit MeterRevoked(meterId);
    }

    /// @inheritdoc IRegistry
    function memberCount() external view returns (uint256) {
        return _memberIds.length;
    }

    /// @inheritdoc IRegistry
    function memberAt(uint256 memberIndex) external view returns (bytes32 memberId, address wallet) {
        if (memberIndex >= _memberIds.length) revert Registry__UnknownMemberIndex(memberIndex);
        memberId = _memberIds[memberIndex];
        wallet = _entries[memberId].wallet;
    }

    /// @inheritdoc IRegistry
    function meterOf(bytes32 meterId) external view returns (Meter memory) {
        if (!hasMeter(meterId)) revert Registry__UnknownMeter(meterId);
        return _meters[meterId];
    }

    /// @inheritdoc IRegistry
    function verifyMetering(Metering calldata metering, bytes calldata signature) external view returns (bool) {
        Meter storage meter = _meters[metering.meterId];
        if (meter.memberId == 0 || meter.isRevoked || signature.length != SIGNATURE_BYTES) return false;
        bytes32 r = bytes32(signature[:32]);
        bytes32 s = bytes32(signature[32:]);
        return P256.verify(hashMetering(metering), r, s, meter.keyX, meter.keyY);
    }

    /// @inheritdoc IRegistry
    function memberIndexOf(bytes32 memberId) external view returns (uint256 memberIndex) {
        (memberIndex, ) = findMember(memberId);
    }

    /// @inheritdoc IRegistry
    function hasMember(bytes32 memberId) public view returns (bool) {
        return _entries[memberId].place != 0;
    }

    /// @inheritdoc IRegistry
    function findMember(bytes32 memberId) public view returns (uint256 memberIndex, address wallet) {
        Entry storage entry = _entries[memberId];
        if (entry.place == 0) revert Registry__UnknownMember(memberId);
        return (entry.place - 1, entry.wallet);
    }

    /// @inheritdoc IRegistry
    function hasMeter(bytes32 meterId) public view returns (bool) {
        return _meters[meterId].memberId != 0;
    }

    /// @inheritdoc IRegistry
    function hashMetering(Metering calldata metering) public view returns (bytes32) {
        return sha256(abi.encode(block.chainid, address(this), metering));
    }

    function _spendKey(bytes32 meterId, bytes32 keyX, bytes32 keyY) private {
        if (!P256.isValidPublicKey(keyX, keyY)) revert Registry__BadKey(meterId);
        bytes32 keyHash = keccak256(abi.encode(keyX, keyY));
        if (_keys[keyHash]) revert Registry__KeyInUse(meterId);
        _keys[keyHash] = true;
    }

    function _meterInService(bytes32 meterId) private view returns (Meter storage meter) {
        if (!hasMeter(meterId)) revert Registry__UnknownMeter(meterId);
        meter = _meters[meterId];
        if (meter.isRevoked) revert Registry__MeterIsRevoked(meterId);
    }

    /// @dev At most 31 bytes of a to z, 0 to 9 and single inner hyphens, then zeros.
    function _checkId(bytes32 id) private pure {
        bytes1 previous = "-";
        uint256 length = 0;
        for (; length < 32 && id[length] != 0; ++length) {
            bytes1 letter = id[length];
            bool isAlphanumeric = (letter >= "a" && letter <= "z") || (letter >= "0" && letter <= "9");
            if (!isAlphanumeric && !(letter == "-" && previous != "-")) revert Registry__BadId(id);
            previous = letter;
        }
        bool hasTail = length < 32 && (id << (8 * length)) != 0;
        if (length == 32 || previous == "-" || hasTail) revert Registry__BadId(id);
    }
}
