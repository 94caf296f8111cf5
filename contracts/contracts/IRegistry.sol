// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Members and meters of one community
/// @notice Binds a member to a wallet and a meter to the one P-256 key that may speak for it.
/// @dev Ids are lower-kebab ASCII of at most 31 bytes, left-aligned in bytes32.
interface IRegistry {
    /// @notice Grade of trust in the source of a meter's data, best first.
    enum Attestation {
        MeteringOperator,
        SignedMeter,
        GatewaySecureElement,
        GatewaySoftware
    }

    struct Member {
        bytes32 memberId;
        address wallet;
    }

    struct Meter {
        bytes32 memberId;
        bytes32 keyX;
        bytes32 keyY;
        Attestation attestation;
        bool isRevoked;
    }

    struct MeterEntry {
        bytes32 meterId;
        bytes32 memberId;
        bytes32 keyX;
        bytes32 keyY;
        Attestation attestation;
    }

    /// @notice Energy of one meter in one interval, as its gateway signed it.
    struct Metering {
        bytes32 meterId;
        /// Unix seconds of the interval's start.
        uint64 start;
        uint64 importWh;
        uint64 exportWh;
        /// Import at start, import at end, export at start, export at end.
        uint64[4] counters;
        /// 0 measured, 1 estimated, 2 substituted, 3 suspect, 4 missing.
        uint8 quality;
        /// 0 preliminary, 1 final, 1 + n correction-n.
        uint16 run;
    }

    event MemberRegistered(bytes32 indexed memberId, uint256 indexed memberIndex, address wallet);
    event WalletChanged(bytes32 indexed memberId, address wallet);
    event MeterRegistered(bytes32 indexed meterId, bytes32 indexed memberId, bytes32 keyX, bytes32 keyY, Attestation attestation);
    event MeterKeyChanged(bytes32 indexed meterId, bytes32 keyX, bytes32 keyY, Attestation attestation);
    event MeterRevoked(bytes32 indexed meterId);

    error Registry__BadId(bytes32 id);
    error Registry__ZeroAddress();
    error Registry__MemberExists(bytes32 memberId);
    error Registry__UnknownMember(bytes32 memberId);
    error Registry__UnknownMemberIndex(uint256 memberIndex);
    error Registry__NotTheMember(bytes32 memberId, address caller);
    error Registry__MeterExists(bytes32 meterId);
    error Registry__UnknownMeter(bytes32 meterId);
    error Registry__MeterIsRevoked(bytes32 meterId);
    error Registry__BadKey(bytes32 meterId);
    error Registry__KeyInUse(bytes32 meterId);

    /// @notice Adds members; each gets the next index, counted from 0. Operator only.
    function registerMembers(Member[] calldata members) external;

    /// @notice Moves a member to another wallet. Only its present wallet may: no operator can redirect a member's money.
    function changeWallet(bytes32 memberId, address wallet) external;

    /// @notice Adds meters. Operator only. A key speaks for one meter, ever.
    function registerMeters(MeterEntry[] calldata meters) external;

    /// @notice Gives a meter another key; the old one is spent. Operator only.
    function changeMeterKey(bytes32 meterId, bytes32 keyX, bytes32 keyY, Attestation attestation) external;

    /// @notice Takes a meter out of service for good. Operator only.
    function revokeMeter(bytes32 meterId) external;

    /// @notice Number of members, one more than the highest index.
    function memberCount() external view returns (uint256);

    /// @notice Index of a member; reverts where there is none.
    function memberIndexOf(bytes32 memberId) external view returns (uint256);

    /// @notice Index and wallet of a member; reverts where there is none.
    function findMember(bytes32 memberId) external view returns (uint256 memberIndex, address wallet);

    /// @notice Whether a member of this id is registered.
    function hasMember(bytes32 memberId) external view returns (bool);

    /// @notice Member at an index; reverts where there is none.
    function memberAt(uint256 memberIndex) external view returns (bytes32 memberId, address wallet);

    /// @notice Meter of an id; reverts where there is none.
    function meterOf(bytes32 meterId) external view returns (Meter memory);

    /// @notice Whether a meter of this id was ever enrolled.
    function hasMeter(bytes32 meterId) external view returns (bool);

    /// @notice SHA-256 over `abi.encode(chainId, registry, meterId, start, importWh, exportWh, counters, quality, run)`.
    function hashMetering(Metering calldata metering) external view returns (bytes32);

    /// @notice Whether the key enrolled for the meter signed this metering.
    /// @param signature r and s, 64 bytes (IEEE P1363), low s
    /// @return false also where the meter is unknown or revoked
    function verifyMetering(Metering calldata metering, bytes calldata signature) external view returns (bool);
}
