// Who owns a model, for other modules.

public import Base
public import Cryptography
public import Ledger

extension AI: ModelOwning {
    public func owner(
        ofModel modelID: Bytes, _ context: inout Context
    ) throws(Failure) -> Address? {
        guard let number = try AIKeys.primaries.get(modelID, &context),
            let record = try AIKeys.models.get(number.value.keyBytes, &context)
        else { return nil }
        return try Address.parse(record.owner)
    }
}
