// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IRegistry} from "./IRegistry.sol";
import {ISettlement} from "./ISettlement.sol";
import {IntervalLog} from "./IntervalLog.sol";
import {LaneLib} from "./LaneLib.sol";

/// @title What members own and what they consented to
/// @dev Invariant: `token.balanceOf(this) >= sum(balances) + sum(exits)`, equal but for gifts. Only three things lower
/// a balance: an exit and a withdrawal of the member itself, and a debit that the member's mandate covers.
abstract contract Ledger is IntervalLog, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using LaneLib for uint256;

    struct Standing {
        uint64 exitMicro;
        uint64 mandateNonce;
        uint64 withdrawalNonce;
    }

    bytes32 private constant MANDATE_TYPEHASH =
        keccak256(
            "Mandate(bytes32 memberId,bytes32 communityId,int64 priceFloorMicroPerKwh,int64 priceCeilingMicroPerKwh,uint64 capMicroPerPeriod,uint64 expiresAt,uint64 nonce)"
        );
    bytes32 private constant WITHDRAWAL_TYPEHASH =
        keccak256("Withdrawal(bytes32 memberId,uint64 amountMicro,address to,uint64 expiresAt,uint64 nonce)");
    uint256 private constant GROUP_BYTES = 24;
    uint256 private constant DELTA_BITS = 48;

    IRegistry public immutable registry;
    IERC20 public immutable token;

    /// @dev Four 64-bit balances a word, by `memberIndex >> 2`.
    mapping(uint256 group => uint256 word) private _balances;
    /// @dev Four 64-bit mandate caps a word, by `memberIndex >> 2`.
    mapping(uint256 group => uint256 word) private _caps;
    /// @dev Four spans of consent a word, by `memberIndex >> 2`: first interval (high 32 bits) and first not covered (low).
    mapping(uint256 group => uint256 word) private _spans;
    mapping(uint256 memberIndex => Standing standing) private _standings;

    constructor(IRegistry registry_, IERC20 token_) EIP712("Wattmesh Settlement", "1") {
        if (address(registry_).code.length == 0) revert Settlement__NotAContract(address(registry_));
        if (address(token_).code.length == 0) revert Settlement__NotAContract(address(token_));
        (registry, token) = (registry_, token_);
    }

    /// @inheritdoc ISettlement
    function deposit(uint256 memberIndex, uint64 amountMicro) external nonReentrant {
        if (memberIndex >= registry.memberCount()) revert Settlement__UnknownMember(memberIndex);
        _deposit(memberIndex, msg.sender, amountMicro);
    }

    /// @inheritdoc ISettlement
    function depositWithPermit(
        uint256 memberIndex,
        uint64 amountMicro,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        address wallet = _walletOf(memberIndex);
        IERC20Permit(address(token)).permit(wallet, address(this), amountMicro, deadline, v, r, s);
        _deposit(memberIndex, wallet, amountMicro);
    }

    /// @inheritdoc ISettlement
    function setMandate(Mandate calldata mandate, bytes calldata signature) external {
        if (mandate.communityId != communityId) revert Settlement__WrongCommunity(mandate.communityId);
        if (mandate.priceFloorMicroPerKwh > mandate.priceCeilingMicroPerKwh)
            revert Settlement__BadPriceLimits(mandate.priceFloorMicroPerKwh, mandate.priceCeilingMicroPerKwh);
        uint256 expiry = mandate.expiresAt / INTERVAL_S;
        if (expiry <= _progress.newestInterval) revert Settlement__SignatureExpired(mandate.expiresAt);
        (uint256 memberIndex, address wallet) = registry.findMember(mandate.memberId);
        Standing storage standing = _standings[memberIndex];
        if (mandate.nonce < standing.mandateNonce || mandate.nonce == type(uint64).max)
            revert Settlement__NonceUsed(mandate.nonce, standing.mandateNonce);
        bytes32 mandateHash = hashMandate(mandate);
        _checkSignature(wallet, mandateHash, signature);

        standing.mandateNonce = mandate.nonce + 1;
        _consent(memberIndex, mandate.capMicroPerPeriod, expiry > type(uint32).max ? type(uint32).max : uint32(expiry));
        emit MandateSet(memberIndex, mandateHash, mandate.capMicroPerPeriod, mandate.expiresAt, mandate.nonce);
    }

    /// @inheritdoc ISettlement
    function requestExit(uint256 memberIndex, uint64 amountMicro) external {
        if (msg.sender != _walletOf(memberIndex)) revert Settlement__NotTheMember(memberIndex, msg.sender);
        _debit(memberIndex, amountMicro);
        _standings[memberIndex].exitMicro += amountMicro;
        emit ExitRequested(memberIndex, amountMicro);
    }

    /// @inheritdoc ISettlement
    function finishExit(uint256 memberIndex) external nonReentrant {
        uint64 amountMicro = _standings[memberIndex].exitMicro;
        if (amountMicro == 0) revert Settlement__NothingToPay(memberIndex);
        address wallet = _walletOf(memberIndex);
        _standings[memberIndex].exitMicro = 0;
        emit ExitFinished(memberIndex, wallet, amountMicro);
        token.safeTransfer(wallet, amountMicro);
    }

    /// @inheritdoc ISettlement
    function withdrawBySignature(Withdrawal calldata withdrawal, bytes calldata signature) external nonReentrant {
        if (block.timestamp > withdrawal.expiresAt) revert Settlement__SignatureExpired(withdrawal.expiresAt);
        (uint256 memberIndex, address wallet) = registry.findMember(withdrawal.memberId);
        uint64 next = _standings[memberIndex].withdrawalNonce;
        if (withdrawal.nonce != next) revert Settlement__NonceUsed(withdrawal.nonce, next);
        bytes32 structHash = keccak256(abi.encode(WITHDRAWAL_TYPEHASH, withdrawal));
        _checkSignature(wallet, structHash, signature);
        _standings[memberIndex].withdrawalNonce = next + 1;
        _debit(memberIndex, withdrawal.amountMicro);
        emit Withdrawn(memberIndex, withdrawal.to, withdrawal.amountMicro);
        token.safeTransfer(withdrawal.to, withdrawal.amountMicro);
    }

    /// @inheritdoc ISettlement
    function account(
        uint256 memberIndex
    )
        external
        view
        returns (uint64 balanceMicro, uint64 exitMicro, uint64 capMicroPerPeriod, uint64 expiryInterval, uint64 fromInterval)
    {
        balanceMicro = _balances[memberIndex >> 2].get64(memberIndex);
        exitMicro = _standings[memberIndex].exitMicro;
        capMicroPerPeriod = _caps[memberIndex >> 2].get64(memberIndex);
        (fromInterval, expiryInterval) = _spanOf(_spans[memberIndex >> 2], memberIndex);
    }

    /// @inheritdoc ISettlement
    function nonces(uint256 memberIndex) external view returns (uint64 mandateNonce, uint64 withdrawalNonce) {
        Standing storage standing = _standings[memberIndex];
        return (standing.mandateNonce, standing.withdrawalNonce);
    }

    /// @inheritdoc ISettlement
    function hashMandate(Mandate calldata mandate) public pure returns (bytes32) {
        return keccak256(abi.encode(MANDATE_TYPEHASH, mandate));
    }

    /// @dev Moves a batch: zero-sum, nobody below zero, every debit within the mandate in force for the whole period.
    /// @return moved sum of the credits
    function _move(bytes calldata packed, uint64 periodEnd) internal returns (uint256 moved) {
        if (packed.length % GROUP_BYTES != 0) revert Settlement__BadBatchLength(packed.length);
        uint256 memberCount = registry.memberCount();
        int256 sum = 0;
        for (uint256 group = 0; group < packed.length / GROUP_BYTES; ++group) {
            uint256 deltas = uint192(bytes24(packed[group * GROUP_BYTES:]));
            if (deltas == 0) continue;
            uint256 word = _balances[group];
            (uint256 caps, uint256 spans) = (_caps[group], _spans[group]);
            for (uint256 lane = 0; lane < 4; ++lane) {
                int256 delta = int48(uint48(deltas >> ((3 - lane) * DELTA_BITS)));
                if (delta == 0) continue;
                uint256 memberIndex = group * 4 + lane;
                if (memberIndex >= memberCount) revert Settlement__UnknownMember(memberIndex);
                uint256 balance = word.get64(lane);
                if (delta < 0) {
                    uint256 debit = uint256(-delta);
                    if (debit > caps.get64(lane)) revert Settlement__OverMandate(memberIndex, caps.get64(lane), debit);
                    _checkSpan(spans, memberIndex, periodEnd);
                    if (debit > balance) revert Settlement__InsufficientBalance(memberIndex, balance, debit);
                    balance -= debit;
                } else {
                    balance += uint256(delta);
                    moved += uint256(delta);
                    if (balance > type(uint64).max) revert Settlement__BalanceOverflow(memberIndex);
                }
                word = word.set64(lane, uint64(balance));
                sum += delta;
            }
            _balances[group] = word;
        }
        if (sum != 0) revert Settlement__NotZeroSum(sum);
    }

    function _deposit(uint256 memberIndex, address from, uint64 amountMicro) private {
        if (amountMicro == 0) revert Settlement__ZeroAmount();
        uint256 word = _balances[memberIndex >> 2];
        uint256 balance = uint256(word.get64(memberIndex)) + amountMicro;
        if (balance > type(uint64).max) revert Settlement__BalanceOverflow(memberIndex);
        _balances[memberIndex >> 2] = word.set64(memberIndex, uint64(balance));
        emit Deposited(memberIndex, from, amountMicro);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amountMicro);
        if (token.balanceOf(address(this)) != before + amountMicro) revert Settlement__TokenTookAFee();
    }

    function _debit(uint256 memberIndex, uint64 amountMicro) private {
        if (amountMicro == 0) revert Settlement__ZeroAmount();
        uint256 word = _balances[memberIndex >> 2];
        uint64 balance = word.get64(memberIndex);
        if (amountMicro > balance) revert Settlement__InsufficientBalance(memberIndex, balance, amountMicro);
        _balances[memberIndex >> 2] = word.set64(memberIndex, balance - amountMicro);
    }

    function _walletOf(uint256 memberIndex) private view returns (address wallet) {
        (, wallet) = registry.memberAt(memberIndex);
    }

    /// @dev A mandate that follows one in force continues its consent; any other begins with the next interval.
    function _consent(uint256 memberIndex, uint64 capMicroPerPeriod, uint32 expiryInterval) private {
        uint256 group = memberIndex >> 2;
        uint32 newest = _progress.newestInterval;
        (uint32 fromInterval, uint32 lastExpiry) = _spanOf(_spans[group], memberIndex);
        if (_caps[group].get64(memberIndex) == 0 || lastExpiry <= newest) fromInterval = newest + 1;
        _caps[group] = _caps[group].set64(memberIndex, capMicroPerPeriod);
        _spans[group] = _spans[group].set64(memberIndex, (uint64(fromInterval) << 32) | expiryInterval);
    }

    function _spanOf(uint256 word, uint256 memberIndex) private pure returns (uint32 fromInterval, uint32 expiryInterval) {
        uint64 span = word.get64(memberIndex);
        return (uint32(span >> 32), uint32(span));
    }

    function _checkSpan(uint256 spans, uint256 memberIndex, uint64 periodEnd) private pure {
        (uint32 fromInterval, uint32 expiryInterval) = _spanOf(spans, memberIndex);
        if (periodEnd <= fromInterval || periodEnd > expiryInterval)
            revert Settlement__OutsideMandate(memberIndex, fromInterval, expiryInterval);
    }

    function _checkSignature(address signer, bytes32 structHash, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, _hashTypedDataV4(structHash), signature))
            revert Settlement__BadSignature();
    }
}
