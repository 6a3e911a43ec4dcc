internal import CambiumFiles

/// A tensor of a pickle with the name it stands under.
struct NamedTensor {
    let name: String
    let tensor: PickledTensor
}

/// Finds the dictionary of tensors in what a pickle holds.
struct TensorDictionary {
    private let heap: PickleHeap
    private let path: String
    /// A trainer's checkpoint has some ten; the bound keeps a hostile file from costing hours.
    private static let mostMembers = 1000

    init(_ heap: PickleHeap, path: String) { (self.heap, self.path) = (heap, path) }

    /// The tensors of `top`, or those of its only member that is a dictionary of tensors.
    func find(
        _ top: PickleValue
    ) throws(TorchError) -> (tensors: [String: NamedTensor], member: String?) {
        guard let items = heap.dictionary(top) else {
            throw refuse(
                "holds something other than a dictionary of tensors: save model.state_dict()")
        }
        if let tensors = tensors(top) { return (tensors, nil) }
        if let stray = items.first(where: { heap.tensor($0.value) == nil }),
            items.contains(where: { heap.tensor($0.value) != nil })
        {
            throw refuse(
                "mixes tensors with other values: member \(shown(label(stray.key))) is no tensor; "
                    + "save model.state_dict() by itself")
        }
        guard items.count <= Self.mostMembers else {
            throw refuse("holds \(items.count) members, none of them a tensor: no weights")
        }
        let candidates = items.compactMap { item in
            tensors(item.value).map { (name: label(item.key), tensors: $0) }
        }
        guard let found = candidates.first, candidates.count == 1 else {
            throw refuse(Self.complaint(candidates.map(\.name), items.map { label($0.key) }))
        }
        return (found.tensors, found.name)
    }

    private func refuse(_ reason: String) -> TorchError { .file(path: path, reason: reason) }

    private static func complaint(_ candidates: [String], _ members: [String]) -> String {
        if candidates.count > 1 {
            return "holds several dictionaries of tensors, "
                + "\(shown(candidates.joined(separator: ", "))): save the one you mean by itself"
        }
        if members.isEmpty { return "holds no tensor: its dictionary is empty" }
        return "holds no tensor under a name; its members are "
            + shown(members.joined(separator: ", "))
    }

    /// The tensors of a dictionary that holds nothing else, nil for any other value.
    private func tensors(_ value: PickleValue) -> [String: NamedTensor]? {
        guard let items = heap.dictionary(value), !items.isEmpty else { return nil }
        var found: [String: NamedTensor] = [:]
        for item in items {
            guard let name = item.key.text, let tensor = heap.tensor(item.value) else {
                return nil
            }
            found[name] = NamedTensor(name: name, tensor: tensor)
        }
        return found
    }

    private func label(_ key: PickleValue) -> String {
        switch key {
        case .text(let text): text
        case .integer(let value): "\(value)"
        default: "of another kind"
        }
    }
}
