@main enum ControlPlaneMain { static func main() {} }
