// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRegistry} from "../contracts/IRegistry.sol";
import {ISettlement} from "../contracts/ISettlement.sol";
import {ISettlementErrors} from "../contracts/ISettlementErrors.sol";
import {Registry} from "../contracts/Registry.sol";
import {Settlement} from "../contracts/Settlement.sol";
import {TestCurrency} from "../contracts/TestCurrency.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice A token that keeps a unit of each transfer, or calls back into the settlement while it pays.
contract HostileToken is TestCurrency {
    bool public takesFee;
    Settlement private _target;
    bytes private _call;
    bytes public answer;
    bool public isHeard;

    constructor() TestCurrency(msg.sender) {}

    function takeFee() external {
        takesFee = true;
    }

    function callBack(Settlement target, bytes calldata data) external {
        (_target, _call) = (target, data);
    }

    function _update(address from, address to, uint256 value) internal override {
        bool isTransfer = from != address(0) && to != address(0);
        super._update(from, to, takesFee && isTransfer ? value - 1 : value);
        if (isTransfer && address(_target) != address(0)) (isHeard, answer) = address(_target).call(_call);
    }
}

/// @notice I12: a hostile token is refused or harmless. The test contract is operator and member 0 at once.
contract TokensTest {
    HostileToken private _token;
    Settlement private _settlement;

    function setUp() public {
        _token = new HostileToken();
        Registry registry = new Registry(address(this), address(this));
        ISettlement.Terms memory terms = ISettlement.Terms("village", 1_000, 0, 1, false);
        _settlement = new Settlement(registry, _token, address(this), address(this), terms);
        IRegistry.Member[] memory members = new IRegistry.Member[](1);
        members[0] = IRegistry.Member("home-0", address(this));
        registry.registerMembers(members);
        _token.mint(address(this), 1_000);
        _token.approve(address(_settlement), type(uint256).max);
    }

    function test_refusesATokenThatTakesAFee() public {
        _token.takeFee();
        try _settlement.deposit(0, 100) {
            revert("a deposit was credited in full");
        } catch (bytes memory reason) {
            require(bytes4(reason) == ISettlementErrors.Settlement__TokenTookAFee.selector, "another reason");
        }
    }

    function test_paysOnceToATokenThatCallsBack() public {
        _settlement.deposit(0, 100);
        _settlement.requestExit(0, 60);
        _token.callBack(_settlement, abi.encodeCall(_settlement.finishExit, (0)));
        _settlement.finishExit(0);
        require(!_token.isHeard(), "called back in");
        require(bytes4(_token.answer()) == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector, "another reason");
        require(_token.balanceOf(address(_settlement)) == 40, "paid twice");
    }

    function test_creditsOnceFromATokenThatCallsBack() public {
        _token.callBack(_settlement, abi.encodeCall(_settlement.deposit, (0, 1)));
        _settlement.deposit(0, 100);
        (uint64 balance, , , , ) = _settlement.account(0);
        require(!_token.isHeard() && balance == 100, "credited twice");
    }
}
