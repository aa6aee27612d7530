// Movements of elements: no arithmetic, any element type; float16 and bfloat16 move as they are.
// The rules behind them are in Rearrangement.swift.

/// The movements of elements.
enum MovementFamily {
    static let operators: [any Operator.Type] = [
        CenterCropPadOperator.self,
        CompressOperator.self,
        ConcatOperator.self,
        DepthToSpaceOperator.self,
        ExpandOperator.self,
        GatherElementsOperator.self,
        GatherNDOperator.self,
        GatherOperator.self,
        PadOperator.self,
        ReverseSequenceOperator.self,
        ScatterElementsOperator.self,
        ScatterNDOperator.self,
        ScatterOperator.self,
        SliceOperator.self,
        SpaceToDepthOperator.self,
        SplitOperator.self,
        TensorScatterOperator.self,
        TileOperator.self,
        TransposeOperator.self,
        TriluOperator.self,
    ]
}
